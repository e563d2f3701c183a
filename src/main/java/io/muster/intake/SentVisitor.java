package io.muster.intake;

import io.muster.directory.ContactField;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A visitor as a page or an app sends him; its form is right, whatever it says.
 *
 * @param project the public id of the project
 * @param reference the reference of the visitor, trimmed; blank when it was sent so, null when it was not sent
 * @param signature the signature of the reference; null for none
 * @param fields further values as they were sent
 * @param data further pairs as they were sent
 */
public record SentVisitor(
        String project,
        @Nullable String reference,
        @Nullable String signature,
        Map<ContactField, String> fields,
        Map<String, String> data) {

    /** Copies what it is given. */
    public SentVisitor {
        fields = Map.copyOf(fields);
        data = Map.copyOf(data);
    }
}
