package io.muster.app;

/**
 * What is deleted together with a contact.
 *
 * @param lists lists that it leaves
 */
public record ContactTraces(String contactId, int lists, long touchpoints, long transactions, long responses) {}
