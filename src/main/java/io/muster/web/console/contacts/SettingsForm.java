package io.muster.web.console.contacts;

import io.muster.app.DirectoryView;
import io.muster.directory.ContactField;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import io.muster.web.console.contacts.DirectoriesController.Setting;
import io.muster.web.console.page.Problem;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of a directory as people read and write them. */
final class SettingsForm {

    private SettingsForm() {}

    /** The zone of that name; null when there is none. */
    static @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name.strip());
        } catch (DateTimeException unknown) {
            return null;
        }
    }

    static Problem unknownZone(String name) {
        return new Problem(
                "zone", "There is no time zone “%s”. Write one such as Europe/Berlin or UTC.".formatted(name.strip()));
    }

    /** The lines of a text that are not blank. */
    static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
    }

    static String word(FieldPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The same with a capital letter and blanks, to be chosen. */
    static String title(FieldPolicy policy) {
        return policy.name().charAt(0) + word(policy).substring(1).replace('-', ' ');
    }

    static String title(MergeMode mode) {
        return mode == MergeMode.NEW_RECORDS ? "Only new records" : "All contacts";
    }

    static String mode(MergeMode mode) {
        return mode == MergeMode.NEW_RECORDS
                ? "records are matched as they arrive; contacts that are there stay apart"
                : "contacts that are there become one as well, when a rule connects them";
    }

    /** Settings in words. */
    static List<Setting> words(DirectoryView directory) {
        DirectorySettings settings = directory.settings();
        List<Setting> words = new ArrayList<>();
        words.add(new Setting("Time zone", directory.timeZone()));
        words.add(new Setting("Merge mode", mode(settings.mergeMode())));
        words.add(new Setting(
                "Contacts with another reference",
                settings.protectReference() ? "left alone by weaker rules" : "matched by every rule"));
        words.add(new Setting("Largest group that is merged", Integer.toString(settings.maxGroup())));
        words.add(new Setting(
                "Region of phone numbers", settings.region() == null ? "none: numbers need a +" : settings.region()));
        words.add(new Setting("Words that count as blank", list(settings.nullTokens())));
        words.add(new Setting("Values that form no key", list(settings.placeholders())));
        words.add(new Setting("Sources by precedence", list(settings.sources())));
        words.add(new Setting("Policies", policies(settings)));
        return words;
    }

    private static String list(List<String> values) {
        return values.isEmpty() ? "none" : String.join(", ", values);
    }

    private static String policies(DirectorySettings settings) {
        return settings.policies().isEmpty()
                ? "overwrite everything"
                : new TreeMap<>(settings.policies())
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + word(entry.getValue()))
                                .collect(Collectors.joining(", "));
    }

    /** The targets of policies: the fields, then the embedded data that has one of its own. */
    static List<String> targets(DirectorySettings settings) {
        List<String> targets =
                new ArrayList<>(ContactField.ALL.stream().map(ContactField::key).toList());
        settings.policies().keySet().stream()
                .filter(target -> !targets.contains(target))
                .sorted()
                .forEach(targets::add);
        return targets;
    }
}
