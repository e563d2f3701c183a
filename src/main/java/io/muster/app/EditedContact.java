package io.muster.app;

import io.muster.directory.store.ContactView;
import java.util.List;

/**
 * What came of an edit of one contact.
 *
 * @param outcome created, updated or unchanged
 * @param contact the contact as it is now
 * @param rules the identity rules in force, in order
 */
public record EditedContact(String outcome, ContactView contact, List<List<String>> rules) {}
