package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.support.Refusal;

/**
 * One field of an identity rule, written {@code email}, {@code embedded.plan}, {@code firstName:exact} or
 * {@code extRef:folded}.
 */
sealed interface RuleField {

    /** How values are made equal before they are compared. */
    enum Equality {
        /** Outer white space removed, nothing else. */
        EXACT,
        /** Folded; a mailbox with its domain in ASCII form. */
        FOLDED
    }

    /** How the values compare. */
    Equality equality();

    /** The field as written in the rule. */
    String text();

    /** One of the fields every contact has. */
    record Core(ContactField field, Equality equality) implements RuleField {

        @Override
        public String text() {
            return field.key() + suffix(equality, defaultEquality(field));
        }
    }

    /** Embedded data; the name compares without case. */
    record Embedded(String name, Equality equality) implements RuleField {

        @Override
        public String text() {
            return EMBEDDED_PREFIX + name + suffix(equality, Equality.FOLDED);
        }
    }

    /** What stands before the name of embedded data. */
    String EMBEDDED_PREFIX = "embedded.";

    private static String suffix(Equality equality, Equality usual) {
        return equality == usual ? "" : equality == Equality.EXACT ? ":exact" : ":folded";
    }

    private static Equality defaultEquality(ContactField field) {
        return field == ContactField.EXT_REF ? Equality.EXACT : Equality.FOLDED;
    }

    /** Reads a field of a rule. */
    static RuleField parse(String text) {
        String name = text.strip();
        Equality asked = null;
        if (name.endsWith(":exact")) {
            asked = Equality.EXACT;
            name = name.substring(0, name.length() - ":exact".length());
        } else if (name.endsWith(":folded")) {
            asked = Equality.FOLDED;
            name = name.substring(0, name.length() - ":folded".length());
        }

        if (name.startsWith(EMBEDDED_PREFIX) && name.length() > EMBEDDED_PREFIX.length()) {
            String embedded = name.substring(EMBEDDED_PREFIX.length()).strip();
            if (embedded.isEmpty() || embedded.codePointCount(0, embedded.length()) > 200) {
                throw unknown(text);
            }

            return new Embedded(embedded, asked == null ? Equality.FOLDED : asked);
        }

        ContactField field = ContactField.byKey(name).orElseThrow(() -> unknown(text));
        return new Core(field, asked == null ? defaultEquality(field) : asked);
    }

    private static Refusal unknown(String text) {
        return Refusal.invalid(
                "INVALID_RULE",
                "Cannot use '" + text + "' in an identity rule: there is no such field. "
                        + "Use firstName, lastName, email, phone, extRef, language or embedded.NAME, with :exact or :folded.");
    }
}
