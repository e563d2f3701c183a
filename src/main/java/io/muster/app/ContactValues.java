package io.muster.app;

import io.muster.dedup.ContactChange;
import io.muster.dedup.IncomingContact;
import io.muster.directory.ContactField;
import io.muster.directory.FieldRules;
import io.muster.directory.OptOut;
import io.muster.directory.Verdict;
import io.muster.support.Refusal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values that a person gives for a contact, judged as an import judges them. */
final class ContactValues {

    static final String EMBEDDED = "embedded.";

    private static final String UNSUBSCRIBED = "unsubscribed";

    private final String doing;
    private final FieldRules rules;
    private final Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
    private final Map<String, String> embedded = new LinkedHashMap<>();
    private OptOut optOut = OptOut.UNSAID;

    private ContactValues(String doing, FieldRules rules) {
        this.doing = doing;
        this.rules = rules;
    }

    /**
     * The values of a new contact or of a change.
     *
     * @param doing "Cannot …", without the reason
     * @param values by field, {@code embedded.NAME} or {@code unsubscribed}
     */
    static ContactValues of(String doing, FieldRules rules, Map<String, String> values) {
        ContactValues judged = new ContactValues(doing, rules);
        values.forEach(judged::take);
        return judged;
    }

    IncomingContact record() {
        return new IncomingContact(fields, embedded, optOut);
    }

    ContactChange change(Set<String> cleared) {
        Set<ContactField> clearedFields = EnumSet.noneOf(ContactField.class);
        Set<String> clearedNames = new HashSet<>();
        for (String name : cleared) {
            Optional<ContactField> field = ContactField.byKey(name);
            if (field.isPresent()) {
                clearedFields.add(field.get());
            } else {
                clearedNames.add(embeddedName(name));
            }
        }

        return new ContactChange(fields, embedded, clearedFields, clearedNames, optOut);
    }

    private void take(String name, String value) {
        Verdict verdict = judge(rules, name, value);
        Optional<ContactField> field = ContactField.byKey(name);
        if (field.isPresent()) {
            fields.put(field.get(), valid(name, verdict));
        } else if (name.equals(UNSUBSCRIBED)) {
            optOut = Boolean.parseBoolean(valid(name, verdict)) ? OptOut.OUT : OptOut.LIFTED;
        } else {
            embedded.put(embeddedName(name), valid(name, verdict));
        }
    }

    /** The verdict on one value, by the name of what it is for. */
    static Verdict judge(FieldRules rules, String name, String value) {
        Optional<ContactField> field = ContactField.byKey(name);
        if (field.isPresent()) {
            return rules.judge(field.get(), value);
        }

        return name.equals(UNSUBSCRIBED) ? rules.judgeUnsubscribed(value) : rules.judgeEmbedded(value);
    }

    /** Refuses what is no name of a field, of embedded data or of the opt-out. */
    static void checkName(String doing, FieldRules rules, String name) {
        if (ContactField.byKey(name).isEmpty() && !name.equals(UNSUBSCRIBED)) {
            var ignored = new ContactValues(doing, rules).embeddedName(name);
        }
    }

    private String embeddedName(String name) {
        if (!name.startsWith(EMBEDDED)) {
            throw Refusal.invalid(
                            "UNKNOWN_FIELD",
                            doing + ": '" + name + "' is not a contact field. Use firstName, lastName, email, phone,"
                                    + " extRef, language or embedded.NAME.")
                    .with("field", name);
        }

        return valid(name, rules.judgeEmbeddedName(name.substring(EMBEDDED.length())));
    }

    private String valid(String name, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.invalid(invalid.code(), doing + ": " + lowerFirst(invalid.reason()))
                        .with("field", name);
            case Verdict.Blank ignored ->
                throw Refusal.invalid(
                                "BLANK_VALUE",
                                doing + ": the value of " + name + " is blank, and a blank value changes nothing."
                                        + " Leave it out, or ask for the field to be cleared.")
                        .with("field", name);
        };
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
