package io.muster.app;

/**
 * A link with which a person chooses a password, once.
 *
 * @param name whose; empty for the first administrator
 * @param link the whole address
 * @param expires when it counts no more
 */
public record UserLink(String name, String link, String expires) {}
