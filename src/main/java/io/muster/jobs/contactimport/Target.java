package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.directory.ContactField;
import io.muster.support.Refusal;
import java.util.Locale;

/**
 * Where the values of a column go, written {@code email}, {@code unsubscribed} (or {@code unsubscribed.list},
 * {@code unsubscribed.directory}), {@code embedded.NAME},
 * {@code list.NAME} (embedded data of the membership), {@code transaction.id}, {@code transaction.date},
 * {@code transaction.field.NAME}, {@code touchpoint.channel} (or {@code kind}, {@code time}, {@code survey},
 * {@code intercept}, {@code project}, {@code display}, {@code session}, {@code key}), {@code contactId},
 * {@code asOf}, {@code action} or {@code ignore}.
 */
public sealed interface Target {

    /** What the parts of a touchpoint begin with. */
    String TOUCHPOINT = "touchpoint.";

    /** A field of the contact. */
    record Field(ContactField field) implements Target {}

    /** The opt-out. */
    record Unsubscribed(From from) implements Target {

        /** What the contact is opted out of. */
        public enum From {
            /** The list where a list is the target, else the directory. */
            TARGET(""),
            /** The list. */
            LIST(".list"),
            /** The directory. */
            DIRECTORY(".directory");

            private final String suffix;

            From(String suffix) {
                this.suffix = suffix;
            }
        }
    }

    /** Embedded data of the contact; names compare without case. */
    record Embedded(String name) implements Target {}

    /** Embedded data of the membership in the target list. */
    record ListEmbedded(String name) implements Target {}

    /** The transaction's own id, unique in its source. */
    record TransactionId() implements Target {}

    /** When the transaction happened. */
    record TransactionDate() implements Target {}

    /** A field of the transaction. */
    record TransactionField(String name) implements Target {}

    /** A part of the touchpoint that the row records. */
    record TouchpointPart(Part part) implements Target {

        /** The parts of a touchpoint. */
        public enum Part {
            /** On which channel it was made. */
            CHANNEL,
            /** What happened. */
            KIND,
            /** When. */
            TIME,
            /** Id of the survey it was about. */
            SURVEY,
            /** Id of the intercept that was shown. */
            INTERCEPT,
            /** Id of the website or app where it happened. */
            PROJECT,
            /** Id of that one display. */
            DISPLAY,
            /** Id of the visit in which it happened. */
            SESSION,
            /** The touchpoint's own key, unique in its source. */
            KEY;

            /** The part as written after {@code touchpoint.}. */
            public String word() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /** The contact itself, by its id: only where contacts are not changed. */
    record ContactId() implements Target {}

    /** The moment that the row is true of, for recency. */
    record AsOf() implements Target {}

    /** What the row wants done to the contact, see {@link io.muster.dedup.resolve.RowAction}. */
    record Action() implements Target {}

    /**
     * Why the row is to be rejected: a code and a sentence, such as {@code BROKEN_JSON The record is no JSON object.};
     * blank for a good row. Only for rows that Muster itself has
     * written: job files cannot name it.
     */
    record Problem() implements Target {}

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

        for (TouchpointPart.Part part : TouchpointPart.Part.values()) {
            if (name.equals(TOUCHPOINT + part.word())) {
                return new TouchpointPart(part);
            }
        }

        return switch (name) {
            case "unsubscribed" -> new Unsubscribed(Unsubscribed.From.TARGET);
            case "unsubscribed.list" -> new Unsubscribed(Unsubscribed.From.LIST);
            case "unsubscribed.directory" -> new Unsubscribed(Unsubscribed.From.DIRECTORY);
            case "transaction.id" -> new TransactionId();
            case "transaction.date" -> new TransactionDate();
            case "contactId" -> new ContactId();
            case "asOf" -> new AsOf();
            case "action" -> new Action();
            case "problem" -> new Problem();
            case "ignore" -> new Ignore();
            default ->
                ContactField.byKey(name)
                        .<Target>map(Field::new)
                        .orElseThrow(() -> Refusal.usage("Cannot map a column to '" + text
                                + "': there is no such target. Use firstName, lastName, email, phone, extRef,"
                                + " language, unsubscribed, unsubscribed.list, unsubscribed.directory, embedded.NAME, list.NAME, transaction.id,"
                                + " transaction.date, transaction.field.NAME, touchpoint.channel, touchpoint.kind,"
                                + " touchpoint.time, touchpoint.survey, touchpoint.intercept, touchpoint.project,"
                                + " touchpoint.display, touchpoint.session, touchpoint.key, contactId, action, asOf"
                                + " or ignore."));
        };
    }

    /** The target as written in job files and options. */
    @JsonValue
    default String text() {
        return switch (this) {
            case Field field -> field.field().key();
            case Unsubscribed optOut -> "unsubscribed" + optOut.from().suffix;
            case Embedded embedded -> "embedded." + embedded.name();
            case ListEmbedded list -> "list." + list.name();
            case TransactionId ignored -> "transaction.id";
            case TransactionDate ignored -> "transaction.date";
            case TransactionField field -> "transaction.field." + field.name();
            case TouchpointPart touchpoint -> TOUCHPOINT + touchpoint.part().word();
            case ContactId ignored -> "contactId";
            case AsOf ignored -> "asOf";
            case Action ignored -> "action";
            case Problem ignored -> "problem";
            case Ignore ignored -> "ignore";
        };
    }
}
