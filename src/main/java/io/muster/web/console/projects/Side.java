package io.muster.web.console.projects;

import io.muster.intercept.Difference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A setting as it is in force beside its draft.
 *
 * @param name of the setting
 * @param applied empty for nothing
 * @param changes whether applying the draft changes it
 */
record Side(String name, String applied, String draft, boolean changes) {

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("directory", "Directory"),
            Map.entry("origins", "Origins"),
            Map.entry("autoCreate", "Visitors become contacts"),
            Map.entry("references", "Where the reference is"),
            Map.entry("attach", "Embedded data of responses"),
            Map.entry("signing", "References must be signed"),
            Map.entry("link", "Link"),
            Map.entry("survey", "Survey"),
            Map.entry("target", "Target"),
            Map.entry("page", "Pages"),
            Map.entry("frequency", "Frequency rules"),
            Map.entry("listBased", "List-based"),
            Map.entry("starts", "Starts"),
            Map.entry("ends", "Ends"),
            Map.entry("sample", "Sample, %"),
            Map.entry("holdOut", "Held out, %"),
            Map.entry("whenUnknown", "Unknown reference"),
            Map.entry("whenUnavailable", "Contacts not readable"),
            Map.entry("creative", "Creative"));

    /** What it is called on pages. */
    static String name(String key) {
        return NAMES.getOrDefault(key, key);
    }

    /**
     * Of one setting.
     *
     * @param draft its text
     * @param everApplied whether anything is in force
     */
    static Side of(String key, String draft, List<Difference> changes, boolean everApplied, Words words) {
        Optional<Difference> change =
                changes.stream().filter(one -> one.key().equals(key)).findFirst();
        return new Side(
                name(key),
                !everApplied
                        ? ""
                        : change.map(one -> words.of(key, one.applied())).orElse(draft),
                draft,
                change.isPresent());
    }

    /** How a value is written. */
    @FunctionalInterface
    interface Words {

        /** A value that was set, or not. */
        String of(String key, @Nullable JsonNode value);
    }

    /** A value in plain words. */
    static String text(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }

        if (value.isBoolean()) {
            return value.asBoolean() ? "yes" : "no";
        }

        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(Side::text)
                        .collect(Collectors.joining(", "))
                : value.isObject() ? value.toString() : value.asString();
    }
}
