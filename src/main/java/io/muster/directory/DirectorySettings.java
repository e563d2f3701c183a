package io.muster.directory;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a directory, stored as JSON. A job may override policies and null tokens.
 *
 * @param policies policy by target: a field's key ({@code email}) or {@code embedded.NAME}; others overwrite
 * @param nullTokens values that count as blank, compared without case
 * @param region the region (ISO 3166, two letters) in which phone numbers without {@code +} are read
 * @param mergeMode what automatic merging covers
 * @param protectReference whether a contact holding another reference is left alone by weaker rules
 * @param placeholders values that never form a key, compared without case
 * @param maxGroup the largest group of duplicates that is merged; larger ones are reported
 * @param sources names of sources, the one of highest precedence first: what it said is not replaced by those after it,
 *     nor by sources that are not named; compared without case
 */
public record DirectorySettings(
        Map<String, FieldPolicy> policies,
        List<String> nullTokens,
        @Nullable String region,
        MergeMode mergeMode,
        boolean protectReference,
        List<String> placeholders,
        int maxGroup,
        List<String> sources) {

    /** What automatic merging covers. */
    public enum MergeMode {
        /** Records are matched as they arrive; existing contacts stay apart. */
        NEW_RECORDS,
        /** Existing contacts connected by a rule become one as well. */
        ALL_CONTACTS
    }

    /** What a directory starts with. */
    public static DirectorySettings defaults() {
        return new DirectorySettings(Map.of(), List.of(), null, MergeMode.NEW_RECORDS, false, List.of(), 50, List.of());
    }

    /** Copies what it is given. */
    public DirectorySettings {
        policies = Map.copyOf(policies);
        nullTokens = List.copyOf(nullTokens);
        placeholders = List.copyOf(placeholders);
        sources = List.copyOf(sources);
    }
}
