package io.muster.load;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import java.util.Objects;

/**
 * What became of one row of the file.
 *
 * @param row its record number; the first data row is 1
 * @param kind the one outcome that is counted
 * @param changed what the row changed, as bits of {@link Changed}
 */
public record RowOutcome(long row, Kind kind, int changed) {

    /** The outcomes a row can have. */
    public enum Kind {
        /** It made a new contact. */
        CREATED(0),
        /** It changed something. */
        UPDATED(1),
        /** It said what was known already. */
        UNCHANGED(2),
        /** It could not be accepted. */
        REJECTED(3),
        /** It was left out on purpose: a blank row, or one the mode does not want. */
        SKIPPED(4);

        private static final Kind[] BY_CODE = values();

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The number that stands for it in files and journals for all time. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            return BY_CODE[code];
        }
    }

    /** What a row can change, each with the bit that stands for it for all time. */
    public enum Changed {
        FIRST_NAME(0),
        LAST_NAME(1),
        EMAIL(2),
        PHONE(3),
        EXT_REF(4),
        LANGUAGE(5),
        EMBEDDED(6),
        OPT_OUT(7),
        LIST(8),
        TRANSACTION(9),
        TOUCHPOINT(10),
        /** The row took the contact off the list. */
        LEFT(11),
        /** The row opted the contact out, of the list or of the directory. */
        OPTED_OUT(12),
        /** The row deleted the contact. */
        DELETED(13);

        private final int bit;

        Changed(int place) {
            this.bit = 1 << place;
        }

        /** What is different between two states of a contact's values, as bits. */
        public static int between(Profile before, Profile after) {
            if (before.equals(after)) {
                return 0;
            }

            int changed = 0;
            for (ContactField field : ContactField.ALL) {
                // The first places are those of the fields.
                changed |= Objects.equals(before.field(field), after.field(field)) ? 0 : 1 << field.place();
            }

            changed |= Objects.equals(before.embeddedJson(), after.embeddedJson()) ? 0 : EMBEDDED.bit;
            return changed | (before.unsubscribed() == after.unsubscribed() ? 0 : OPT_OUT.bit);
        }

        /** 1 when this change is among the bits, else 0. */
        int in(int changed) {
            return (changed & bit) == 0 ? 0 : 1;
        }

        /** Whether this change is among the bits. */
        public boolean isIn(int changed) {
            return (changed & bit) != 0;
        }

        /** This change as a mask. */
        public int bit() {
            return bit;
        }
    }
}
