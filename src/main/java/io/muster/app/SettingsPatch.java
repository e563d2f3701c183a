package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for other settings of a directory; what is null, and policies of fields that are not named, stay.
 *
 * @param directory id or name
 * @param policies policies by field
 * @param region a region for phone numbers; empty for none
 */
public record SettingsPatch(
        Actor actor,
        String directory,
        Map<String, FieldPolicy> policies,
        @Nullable List<String> nullTokens,
        @Nullable String region,
        @Nullable MergeMode mergeMode,
        @Nullable Boolean protectReference,
        @Nullable List<String> placeholders,
        @Nullable Integer maxGroup,
        @Nullable List<String> sources,
        @Nullable ZoneId timeZone) {

    boolean hasSettings() {
        return !policies.isEmpty()
                || nullTokens != null
                || region != null
                || mergeMode != null
                || protectReference != null
                || placeholders != null
                || maxGroup != null
                || sources != null;
    }

    DirectorySettings appliedTo(DirectorySettings before) {
        Map<String, FieldPolicy> merged = new LinkedHashMap<>(before.policies());
        policies.forEach((target, policy) -> {
            merged.remove(target);
            if (policy != FieldPolicy.OVERWRITE) {
                merged.put(target, policy);
            }
        });
        return new DirectorySettings(
                merged,
                Objects.requireNonNullElse(nullTokens, before.nullTokens()),
                region == null ? before.region() : region.isEmpty() ? null : region,
                Objects.requireNonNullElse(mergeMode, before.mergeMode()),
                Objects.requireNonNullElse(protectReference, before.protectReference()),
                Objects.requireNonNullElse(placeholders, before.placeholders()),
                Objects.requireNonNullElse(maxGroup, before.maxGroup()),
                Objects.requireNonNullElse(sources, before.sources()));
    }
}
