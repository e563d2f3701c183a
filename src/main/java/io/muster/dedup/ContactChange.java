package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import io.muster.support.Fold;
import java.util.Map;
import java.util.Set;

/**
 * What is to change of a contact that is named. Policies do not apply; a blank value changes nothing, clearing is asked
 * for by name.
 *
 * @param fields new values by field
 * @param embedded new embedded data by name, in any spelling
 * @param clearedFields fields that become empty
 * @param clearedEmbedded names of embedded data that is removed, in any spelling
 * @param optOut what happens to the opt-out from the directory
 */
public record ContactChange(
        Map<ContactField, String> fields,
        Map<String, String> embedded,
        Set<ContactField> clearedFields,
        Set<String> clearedEmbedded,
        OptOut optOut) {

    /** Copies what it is given. */
    public ContactChange {
        fields = Map.copyOf(fields);
        embedded = Map.copyOf(embedded);
        clearedFields = Set.copyOf(clearedFields);
        clearedEmbedded = Set.copyOf(clearedEmbedded);
    }

    /** New values only. */
    public static ContactChange of(Map<ContactField, String> fields, Map<String, String> embedded) {
        return new ContactChange(fields, embedded, Set.of(), Set.of(), OptOut.UNSAID);
    }

    /** Fields that become empty. */
    public static ContactChange clearing(Set<ContactField> fields) {
        return new ContactChange(Map.of(), Map.of(), fields, Set.of(), OptOut.UNSAID);
    }

    /** The opt-out from the directory. */
    public static ContactChange of(OptOut optOut) {
        return new ContactChange(Map.of(), Map.of(), Set.of(), Set.of(), optOut);
    }

    /** Whether a value is blank, and so says nothing: null tokens are taken literally. */
    static boolean isBlank(String value) {
        return Fold.trim(value).isEmpty();
    }
}
