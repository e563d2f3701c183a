package io.muster.app;

import io.muster.directory.ContactField;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contact as a caller has sent it.
 *
 * @param fields its fields as texts; blank ones are left out
 * @param unsubscribed whether it is opted out; null where nothing is said
 * @param embedded embedded data by name
 * @param transaction fields of the transaction that it brings; empty for none
 * @param problem why it cannot be read, a code and a sentence; null when it can
 */
public record SentContact(
        Map<ContactField, String> fields,
        @Nullable Boolean unsubscribed,
        Map<String, String> embedded,
        Map<String, String> transaction,
        @Nullable String problem) {

    /** The code of a contact that has not the form of one. */
    public static final String UNPROCESSED = "UNPROCESSED";

    /** Whether it has not the form of a contact. */
    public boolean isUnprocessed() {
        return problem != null && problem.startsWith(UNPROCESSED + " ");
    }
}
