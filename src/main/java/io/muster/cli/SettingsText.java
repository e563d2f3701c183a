package io.muster.cli;

import io.muster.directory.DirectorySettings;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of a directory for a person. */
final class SettingsText {

    private SettingsText() {}

    static String of(DirectorySettings settings) {
        String policies = settings.policies().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + Words.of(entry.getValue()))
                .collect(Collectors.joining(", "));
        return new TextTable("POLICIES", policies.isEmpty() ? "overwrite everything" : policies)
                .row("NULL TOKENS", String.join(", ", settings.nullTokens()))
                .row("REGION", settings.region() == null ? "" : settings.region())
                .row("MERGE MODE", Words.of(settings.mergeMode()))
                .row("PROTECT REFERENCE", settings.protectReference() ? "yes" : "no")
                .row("PLACEHOLDERS", String.join(", ", settings.placeholders()))
                .row("LARGEST GROUP", settings.maxGroup())
                .row("SOURCES", String.join(", ", settings.sources()))
                .toString();
    }
}
