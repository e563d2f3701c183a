package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A set of fields that must all be equal for two records to be the same person.
 *
 * @param id the rule's id within its directory, at least 1; never given out twice
 * @param fields the fields as written, for example {@code email} and {@code lastName}
 * @param state whether the rule matches already
 */
public record IdentityRule(int id, List<String> fields, State state) {

    /** Whether a rule matches. */
    public enum State {
        /** Waits until every contact has its key; keys are kept from the start, nothing is matched. */
        PENDING,
        /** Matches. */
        ACTIVE
    }

    /** Copies what it is given. */
    public IdentityRule {
        fields = List.copyOf(fields);
    }

    /** Reads the fields of a rule written as {@code email,lastName}; the result is in normal spelling. */
    public static List<String> parse(String text) {
        List<String> fields = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String part : text.split(",", -1)) {
            RuleField field = RuleField.parse(part);
            String name = switch (field) {
                case RuleField.Core core -> core.field().key();
                case RuleField.Embedded embedded -> RuleField.EMBEDDED_PREFIX + Fold.fold(embedded.name());
            };
            if (!seen.add(name)) {
                throw Refusal.invalid(
                        "INVALID_RULE",
                        "Cannot use the identity rule '" + text + "': it names " + name
                                + " twice. Name each field once.");
            }

            fields.add(field.text());
        }

        return List.copyOf(fields);
    }

    /** The fields as a set: their order and the spelling of embedded names make no difference to what they recognise. */
    public static List<String> meaning(List<String> fields) {
        TreeSet<String> meaning = new TreeSet<>();
        for (String field : fields) {
            meaning.add(RuleField.parse(field) instanceof RuleField.Embedded ? Fold.fold(field) : field);
        }

        return new ArrayList<>(meaning);
    }

    /** The names of embedded data among the fields. */
    public static List<String> embeddedNames(List<String> fields) {
        return fields.stream()
                .map(RuleField::parse)
                .filter(RuleField.Embedded.class::isInstance)
                .map(field -> ((RuleField.Embedded) field).name())
                .toList();
    }

    /** Whether this is a rule of the external reference alone, under which no two contacts may share a reference. */
    public boolean ofReferenceAlone() {
        return fields.size() == 1
                && RuleField.parse(fields.getFirst()) instanceof RuleField.Core core
                && core.field() == ContactField.EXT_REF;
    }

    /** Whether a field's value is part of the key. */
    public boolean uses(ContactField field) {
        return fields.stream()
                .map(RuleField::parse)
                .anyMatch(part -> part instanceof RuleField.Core core && core.field() == field);
    }

    /**
     * Those of the fields, as written, that nothing gives.
     *
     * @param given whether something gives a field
     * @param embedded whether something gives the embedded data of a name, in whatever case
     */
    public List<String> lacking(Predicate<ContactField> given, Predicate<String> embedded) {
        return fields.stream()
                .filter(written -> switch (RuleField.parse(written)) {
                    case RuleField.Core core -> !given.test(core.field());
                    case RuleField.Embedded named -> !embedded.test(named.name());
                })
                .toList();
    }

    /** What a contact has in the fields, in their order; blank for what it has not. */
    public List<String> values(Profile contact) {
        return fields.stream()
                .map(RuleField::parse)
                .map(field -> switch (field) {
                    case RuleField.Core core -> Objects.requireNonNullElse(contact.field(core.field()), "");
                    case RuleField.Embedded embedded ->
                        contact.embedded().entrySet().stream()
                                .filter(entry -> Fold.fold(entry.getKey()).equals(Fold.fold(embedded.name())))
                                .map(Map.Entry::getValue)
                                .findFirst()
                                .orElse("");
                })
                .toList();
    }

    /** Whether the embedded data of that name, in whatever case, is part of the key. */
    public boolean usesEmbedded(String name) {
        return fields.stream()
                .map(RuleField::parse)
                .anyMatch(part -> part instanceof RuleField.Embedded embedded
                        && Fold.fold(embedded.name()).equals(Fold.fold(name)));
    }
}
