package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.directory.ContactField;
import io.muster.support.Refusal;

/**
 * Where the values of a column go, written {@code email}, {@code unsubscribed}, {@code embedded.NAME},
 * {@code list.NAME} (embedded data of the membership), {@code transaction.id}, {@code transaction.date},
 * {@code transaction.field.NAME} or {@code ignore}.
 */
public sealed interface Target {

    /** A field of the contact. */
    record Field(ContactField field) implements Target {}

    /** The opt-out: of the list where a list is the target, else of the directory. */
    record Unsubscribed() implements Target {}

    /** Embedded data of the contact; names compare without case. */
    record Embedded(String name) implements Target {}

    /** Embedded data of the membership in the target list. */
    record ListEmbedded(String name) implements Target {}

    /** The transaction's own id, unique in the directory. */
    record TransactionId() implements Target {}

    /** When the transaction happened. */
    record TransactionDate() implements Target {}

    /** A field of the transaction. */
    record TransactionField(String name) implements Target {}

    /** Nowhere. */
    record Ignore() implements Target {}

    /** Reads a target as written in job files and options. */
    @JsonCreator
    static Target parse(String text) {
        String name = text.strip();
        if (name.startsWith("embedded.") && name.length() > 9) {
            return new Embedded(name.substring(9).strip());
        }

        if (name.startsWith("list.") && name.length() > 5) {
            return new ListEmbedded(name.substring(5).strip());
        }

        if (name.startsWith("transaction.field.") && name.length() > 18) {
            return new TransactionField(name.substring(18).strip());
        }

        return switch (name) {
            case "unsubscribed" -> new Unsubscribed();
            case "transaction.id" -> new TransactionId();
            case "transaction.date" -> new TransactionDate();
            case "ignore" -> new Ignore();
            default ->
                ContactField.byKey(name)
                        .<Target>map(Field::new)
                        .orElseThrow(() -> Refusal.usage("Cannot map a column to '" + text
                                + "': there is no such target. Use firstName, lastName, email, phone, extRef,"
                                + " language, unsubscribed, embedded.NAME, list.NAME, transaction.id,"
                                + " transaction.date, transaction.field.NAME or ignore."));
        };
    }

    /** The target as written in job files and options. */
    @JsonValue
    default String text() {
        return switch (this) {
            case Field field -> field.field().key();
            case Unsubscribed ignored -> "unsubscribed";
            case Embedded embedded -> "embedded." + embedded.name();
            case ListEmbedded list -> "list." + list.name();
            case TransactionId ignored -> "transaction.id";
            case TransactionDate ignored -> "transaction.date";
            case TransactionField field -> "transaction.field." + field.name();
            case Ignore ignored -> "ignore";
        };
    }
}
