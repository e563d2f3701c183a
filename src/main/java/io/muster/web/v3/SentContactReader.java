package io.muster.web.v3;

import io.muster.app.SentContact;
import io.muster.directory.ContactField;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads contacts of an import; one that has not the form of a contact says so and stops no other. */
final class SentContactReader {

    private static final String UNSUBSCRIBED = "unsubscribed";
    private static final String EMBEDDED = "embeddedData";
    static final String TRANSACTION = "transactionData";

    private final Set<String> fields;

    /** @param fields the fields that transactions may have */
    SentContactReader(List<String> fields) {
        this.fields = new HashSet<>(fields);
    }

    SentContact read(JsonNode sent) {
        Reading reading = new Reading();
        if (sent instanceof ObjectNode object) {
            reading.take(V3Body.of(object));
        } else {
            reading.fail("The contact is no object.");
        }

        return new SentContact(
                reading.values, reading.unsubscribed, reading.embedded, reading.transaction, reading.problem);
    }

    /** What is read of one contact. */
    private final class Reading {

        private final Map<ContactField, String> values = new EnumMap<>(ContactField.class);
        private final Map<String, String> embedded = new LinkedHashMap<>();
        private final Map<String, String> transaction = new LinkedHashMap<>();
        private @Nullable Boolean unsubscribed;
        private @Nullable String problem;

        void take(V3Body contact) {
            for (ContactField field : ContactField.ALL) {
                JsonNode value = contact.member(field.key());
                if (value != null && value.isString()) {
                    values.put(field, value.asString());
                } else if (value != null) {
                    fail("Its " + field.key() + " is no text.");
                }
            }

            JsonNode out = contact.member(UNSUBSCRIBED);
            if (out != null && out.isBoolean()) {
                unsubscribed = out.asBoolean();
            } else if (out != null) {
                fail("Its unsubscribed is neither true nor false.");
            }

            texts(contact, EMBEDDED, embedded);
            embedded.keySet().stream()
                    .filter(fields::contains)
                    .findFirst()
                    .ifPresent(name -> fail("Its embedded data have a name that is a field of transactions."));
            texts(contact, TRANSACTION, transaction);
            if (contact.member(TRANSACTION) != null && problem == null) {
                checkTransaction();
            }
        }

        private void checkTransaction() {
            if (!fields.containsAll(transaction.keySet())) {
                fail("Its transaction has a field that transactionMeta does not name.");
            } else if (transaction.isEmpty()) {
                fail("Its transaction has no field that transactionMeta names.");
            }
        }

        private void texts(V3Body contact, String name, Map<String, String> into) {
            JsonNode sent = contact.member(name);
            if (sent == null) {
                return;
            }

            if (!(sent instanceof ObjectNode object)) {
                fail("Its " + name + " is no object.");
                return;
            }

            V3Body members = V3Body.of(object);
            for (String key : object.propertyNames()) {
                JsonNode value = members.member(key);
                if (value != null && value.isContainer()) {
                    fail("Its " + name + " have a value that is no text, number, true or false.");
                } else if (value != null) {
                    into.put(key, V3Body.text(value));
                }
            }
        }

        private void fail(String reason) {
            if (problem == null) {
                problem = SentContact.UNPROCESSED + " " + reason;
            }
        }
    }
}
