package io.muster.directory.store;

import io.muster.directory.ContactField;
import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldPolicy;
import io.muster.directory.Regions;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the settings of a directory may be. */
final class SettingsCheck {

    private static final String EMBEDDED = "embedded.";
    private static final int SMALLEST_GROUP = 2;

    private SettingsCheck() {}

    /** The settings in normal spelling. */
    static DirectorySettings checked(DirectorySettings settings) {
        if (settings.maxGroup() < SMALLEST_GROUP) {
            throw Refusal.invalid(
                    "INVALID_SETTING",
                    "Cannot set the largest group to " + settings.maxGroup()
                            + ": a group of duplicates has at least 2 contacts. Use 2 or more.");
        }

        return new DirectorySettings(
                policies(settings.policies()),
                values("null token", settings.nullTokens()),
                region(settings.region()),
                settings.mergeMode(),
                settings.protectReference(),
                values("placeholder", settings.placeholders()),
                settings.maxGroup(),
                values("source", settings.sources()));
    }

    private static Map<String, FieldPolicy> policies(Map<String, FieldPolicy> policies) {
        Map<String, FieldPolicy> checked = new LinkedHashMap<>();
        Set<String> targets = new LinkedHashSet<>();
        policies.forEach((text, policy) -> {
            String target = Fold.trim(text);
            boolean embedded = target.startsWith(EMBEDDED) && target.length() > EMBEDDED.length();
            if (!embedded && ContactField.byKey(target).isEmpty()) {
                throw Refusal.invalid(
                        "INVALID_SETTING",
                        "Cannot set a policy for '" + text + "': there is no such field."
                                + " Use firstName, lastName, email, phone, extRef, language or embedded.NAME.");
            }

            if (!targets.add(embedded ? Fold.fold(target) : target)) {
                throw Refusal.invalid(
                        "INVALID_SETTING",
                        "Cannot set a policy for '" + text
                                + "': the same name has another policy in another spelling. Give each name one policy.");
            }

            checked.put(target, policy);
        });
        return checked;
    }

    private static @Nullable String region(@Nullable String region) {
        return region == null ? null : Regions.checked(region);
    }

    private static List<String> values(String thing, List<String> values) {
        Set<String> folded = new LinkedHashSet<>();
        List<String> checked = new ArrayList<>();
        for (String value : values) {
            String trimmed = Fold.trim(value);
            if (trimmed.isEmpty()) {
                throw Refusal.invalid(
                        "INVALID_SETTING",
                        "Cannot set a blank " + thing
                                + ": blank values count as such anyway. Give a word, for example N/A.");
            }

            if (folded.add(Fold.fold(trimmed))) {
                checked.add(trimmed);
            }
        }

        return checked;
    }
}
