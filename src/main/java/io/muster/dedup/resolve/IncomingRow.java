package io.muster.dedup.resolve;

import io.muster.dedup.rules.IncomingRecord;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.directory.TouchpointParts;
import io.muster.load.EventContent;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One row of a file after mapping and validation.
 *
 * @param row its record number; the first data row is 1
 * @param line the physical line it starts in
 * @param cells its cells as they stand in the file
 * @param verdict whether it can be resolved
 * @param values what it says of the contact
 * @param keys its key under every rule, in the order of the rules; null where the rule is skipped
 */
public record IncomingRow(
        long row, long line, List<String> cells, RowVerdict verdict, Values values, List<@Nullable IdentityKey> keys)
        implements IncomingRecord {

    @Override
    public Said says(ContactField field) {
        return values.said().field(field) != null
                ? Said.VALUE
                : values.blank().fields().contains(field) ? Said.BLANK : Said.NOTHING;
    }

    @Override
    public String value(ContactField field) {
        return Objects.requireNonNull(values.said().field(field));
    }

    @Override
    public SortedMap<String, String> embedded() {
        return values.said().embedded();
    }

    @Override
    public Set<String> blankEmbedded() {
        return values.blank().embedded();
    }

    @Override
    public @Nullable String embeddedJson() {
        return values.said().embeddedJson();
    }

    @Override
    public Profile profile(boolean unsubscribed) {
        return values.said().withOptOut(unsubscribed);
    }

    @Override
    public @Nullable IdentityKey key(int place) {
        return keys.get(place);
    }

    /** Whether a row can be resolved. */
    public sealed interface RowVerdict {

        /** It can. */
        record Good() implements RowVerdict {}

        /** It could, but an earlier round has: it only counts as an occurrence of its content. */
        record AlreadyDecided() implements RowVerdict {}

        /** All its cells are blank, or one without which it is to be left out. */
        record Blank() implements RowVerdict {}

        /**
         * It cannot be accepted.
         *
         * @param code for programs, for example {@code EMAIL_INVALID}
         * @param field the column or field at fault; null when the whole row is
         * @param reason one sentence for people, without any value of the row
         */
        record Rejected(String code, @Nullable String field, String reason) implements RowVerdict {}
    }

    /**
     * What the file has and a row leaves blank; rows that leave the same blank may share it.
     *
     * @param fields the fields
     * @param embedded names of embedded data, in the directory's spelling
     */
    public record Blank(Set<ContactField> fields, Set<String> embedded) {

        /** Nothing. */
        public static final Blank NOTHING = new Blank(Set.of(), Set.of());
    }

    /**
     * What a row says of a contact.
     *
     * @param said values that are not blank, embedded data in the directory's spelling; its opt-out says nothing
     * @param blank what is blank
     * @param optOut the opt-out, of the list where a list is the target, else of the directory
     * @param ofDirectory the opt-out from the directory where a list is the target
     * @param listEmbedded embedded data of the membership that is not blank
     * @param transaction the transaction the row records; null for none
     * @param touchpoint the touchpoint the row records; null for none
     * @param contact number of the contact that the row names by its id; 0 for none
     * @param asOf the moment that the row is true of, in epoch milliseconds; {@link Origin#NO_AS_OF} for none
     * @param action what the row wants done
     */
    public record Values(
            Profile said,
            Blank blank,
            OptOut optOut,
            OptOut ofDirectory,
            SortedMap<String, String> listEmbedded,
            @Nullable IncomingTransaction transaction,
            @Nullable IncomingTouchpoint touchpoint,
            long contact,
            long asOf,
            RowAction action) {

        /** What a row without a touchpoint says, that names no contact. */
        public Values(
                Profile said,
                Blank blank,
                OptOut optOut,
                SortedMap<String, String> listEmbedded,
                @Nullable IncomingTransaction transaction) {
            this(
                    said,
                    blank,
                    optOut,
                    OptOut.UNSAID,
                    listEmbedded,
                    transaction,
                    null,
                    0,
                    Origin.NO_AS_OF,
                    RowAction.UPSERT);
        }
    }

    /** A dated record as a row brings it. */
    sealed interface IncomingEvent {

        /** The id that its source gave it; null when it has none. */
        @Nullable
        String id();

        /** What it says. */
        EventContent content();

        /** All that tells it from another one of the same contact and moment, as one text. */
        String text();
    }

    /**
     * A transaction as a row brings it.
     *
     * @param id the id that its source gave it; null when it has none
     * @param content its date and its fields
     */
    public record IncomingTransaction(@Nullable String id, EventContent content) implements IncomingEvent {

        /**
         * A transaction of these values.
         *
         * @param happenedAt epoch milliseconds
         * @param asOf as of when the row says it; null where it does not say
         * @param fields its fields as stored JSON
         */
        public static IncomingTransaction of(
                @Nullable String id, long happenedAt, @Nullable Long asOf, @Nullable String fields) {
            return new IncomingTransaction(id, EventContent.of(happenedAt, asOf, fields));
        }

        @Override
        public String text() {
            String fields = content.values().getFirst();
            return fields == null ? "" : fields;
        }
    }

    /**
     * A touchpoint as a row brings it.
     *
     * @param id its key; null when it has none
     * @param content its time and its parts
     */
    public record IncomingTouchpoint(@Nullable String id, EventContent content) implements IncomingEvent {

        /**
         * A touchpoint of these parts.
         *
         * @param happenedAt epoch milliseconds
         * @param asOf as of when the row says it; null where it does not say
         */
        public static IncomingTouchpoint of(
                @Nullable String id, long happenedAt, @Nullable Long asOf, TouchpointParts parts) {
            return new IncomingTouchpoint(id, new EventContent(happenedAt, asOf, parts.values()));
        }

        @Override
        public String text() {
            return TouchpointParts.text(content.values());
        }
    }
}
