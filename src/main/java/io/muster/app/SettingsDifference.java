package io.muster.app;

import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldPolicy;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which settings of a directory are other than before, for the audit log. */
final class SettingsDifference {

    private final Map<String, Object> values = new LinkedHashMap<>();

    private SettingsDifference() {}

    /** The settings that differ, with their new values. */
    static Map<String, Object> between(DirectorySettings before, DirectorySettings after) {
        SettingsDifference difference = new SettingsDifference();
        TreeSet<String> targets = new TreeSet<>(before.policies().keySet());
        targets.addAll(after.policies().keySet());
        targets.forEach(target -> difference.add(
                "policy of " + target,
                word(before.policies().getOrDefault(target, FieldPolicy.OVERWRITE)),
                word(after.policies().getOrDefault(target, FieldPolicy.OVERWRITE))));
        difference.add("nullTokens", before.nullTokens(), after.nullTokens());
        difference.add("region", before.region(), after.region());
        difference.add("mergeMode", word(before.mergeMode()), word(after.mergeMode()));
        difference.add("protectReference", before.protectReference(), after.protectReference());
        difference.add("placeholders", before.placeholders(), after.placeholders());
        difference.add("maxGroup", before.maxGroup(), after.maxGroup());
        difference.add("sources", before.sources(), after.sources());
        return difference.values;
    }

    private void add(String name, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            values.put(name, after == null ? "none" : after);
        }
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
