package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.SettingsPatch;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Viewer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code …/settings}: the settings of a directory, to be changed. */
@Controller
final class SettingsController {

    private static final String SETTINGS = DirectoriesController.ONE + "/settings";

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final DirectoryService directories;

    SettingsController(ConsolePages pages, SeenDirectories seen, DirectoryService directories) {
        this.pages = pages;
        this.seen = seen;
        this.directories = directories;
    }

    /**
     * The form.
     *
     * @param shown says which settings the form was made of
     * @param policies what incoming values do, by target
     */
    record SettingsPage(
            String id,
            String shown,
            String name,
            String zone,
            String region,
            List<Choice> mergeModes,
            boolean protectReference,
            String maxGroup,
            String nullTokens,
            String placeholders,
            String sources,
            List<Policy> policies,
            String newTarget,
            List<Choice> newPolicies,
            List<Problem> problems) {

        /** Whether a field is wrong. */
        public boolean wrong(String field) {
            return Problem.at(problems, field);
        }
    }

    /** What incoming values of a field do. */
    record Policy(String target, List<Choice> choices) {}

    @GetMapping(SETTINGS)
    ModelAndView form(Viewer viewer, @PathVariable String id) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        return form(viewer, directory, Entered.of(directory), List.of(), HttpStatus.OK);
    }

    private ModelAndView form(
            Viewer viewer, DirectoryView directory, Entered entered, List<Problem> problems, HttpStatus status) {
        return pages.inDirectory(
                "directories/settings",
                "Settings of " + directory.name(),
                viewer,
                directory,
                new SettingsPage(
                        directory.id(),
                        entered.shown(),
                        entered.text("name"),
                        entered.text("zone"),
                        entered.text("region"),
                        Arrays.stream(MergeMode.values())
                                .map(mode -> new Choice(
                                        mode.name(),
                                        SettingsForm.title(mode),
                                        mode.name().equals(entered.text("mergeMode"))))
                                .toList(),
                        !entered.text("protectReference").isEmpty(),
                        entered.text("maxGroup"),
                        entered.text("nullTokens"),
                        entered.text("placeholders"),
                        entered.text("sources"),
                        SettingsForm.targets(directory.settings()).stream()
                                .map(target -> new Policy(target, policies(entered.text("policy." + target))))
                                .toList(),
                        entered.text("newTarget"),
                        policies(entered.text("newPolicy")),
                        problems),
                status);
    }

    private static List<Choice> policies(String chosen) {
        return Arrays.stream(FieldPolicy.values())
                .map(policy -> new Choice(
                        policy.name(), SettingsForm.title(policy), policy.name().equals(chosen)))
                .toList();
    }

    @PostMapping(SETTINGS)
    ModelAndView change(Viewer viewer, @PathVariable String id, @RequestParam MultiValueMap<String, String> form) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        Entered entered = new Entered(form.toSingleValueMap());
        if (!entered.shown().equals(Entered.of(directory).shown())) {
            return form(
                    viewer,
                    directory,
                    entered.shownAs(Entered.of(directory).shown()),
                    List.of(new Problem(
                            "",
                            "The settings were changed meanwhile. Nothing of this was saved; compare with the page of the"
                                    + " directory, and save again.")),
                    HttpStatus.CONFLICT);
        }

        List<Problem> problems = new ArrayList<>();
        SettingsPatch patch = patch(viewer, directory, entered, problems);
        if (!problems.isEmpty()) {
            return form(viewer, directory, entered, problems, HttpStatus.BAD_REQUEST);
        }

        boolean otherKeys = !Objects.requireNonNull(patch.placeholders())
                .equals(directory.settings().placeholders());
        if (otherKeys && !directory.rules().isEmpty() && entered.text("sure").isEmpty()) {
            return sure(viewer, directory, entered);
        }

        try {
            if (!entered.text("name").strip().equals(directory.name())) {
                var ignored = directories.rename(viewer.actor(), id, entered.text("name"));
            }
        } catch (Refusal refusal) {
            return form(
                    viewer,
                    directory,
                    entered,
                    List.of(new Problem("name", refusal.getMessage())),
                    HttpStatus.BAD_REQUEST);
        }

        try {
            var ignored = directories.change(patch);
            return ConsolePages.goTo("/directories/" + id);
        } catch (Refusal refusal) {
            // Another name is saved by then, so that the form goes on from the directory as it is now.
            DirectoryView now = seen.find(viewer, id, Role.MANAGE);
            return form(
                    viewer, now, entered.shownAs(Entered.of(now).shown()), Problem.of(refusal), HttpStatus.BAD_REQUEST);
        }
    }

    private ModelAndView sure(Viewer viewer, DirectoryView directory, Entered entered) {
        String address = "/directories/" + directory.id();
        List<Field> fields = new ArrayList<>(entered.values().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("_csrf"))
                .map(entry -> Field.hidden(entry.getKey(), entry.getValue()))
                .toList());
        fields.add(Field.hidden("sure", "true"));
        return pages.confirm(
                "Change placeholders of " + directory.name(),
                viewer,
                directory,
                new Confirmation(
                        List.of(
                                "Other values that form no key make other keys of contacts.",
                                "The %d identity rules are pending from then on: nothing is matched by them until the re-key"
                                                .formatted(directory.rules().size())
                                        + " has given every contact its keys.",
                                "Run the re-key before the next import; until then each record creates a contact."),
                        address + "/settings",
                        fields,
                        "Change settings",
                        address + "/settings"));
    }

    private static SettingsPatch patch(
            Viewer viewer, DirectoryView directory, Entered entered, List<Problem> problems) {
        ZoneId zone = SettingsForm.zone(entered.text("zone"));
        if (zone == null) {
            problems.add(SettingsForm.unknownZone(entered.text("zone")));
        }

        String maxGroup = entered.text("maxGroup").strip();
        if (!maxGroup.matches("\\d{1,6}")) {
            problems.add(new Problem("maxGroup", "The largest group is no number. Use 2 or more."));
        }

        String mode = entered.text("mergeMode");
        return new SettingsPatch(
                viewer.actor(),
                directory.id(),
                chosen(directory.settings(), entered, problems),
                SettingsForm.lines(entered.text("nullTokens")),
                entered.text("region").strip(),
                Arrays.stream(MergeMode.values())
                        .filter(one -> one.name().equals(mode))
                        .findFirst()
                        .orElse(null),
                !entered.text("protectReference").isEmpty(),
                SettingsForm.lines(entered.text("placeholders")),
                problems.isEmpty() ? Integer.valueOf(maxGroup) : null,
                SettingsForm.lines(entered.text("sources")),
                zone == null || zone.getId().equals(directory.timeZone()) ? null : zone);
    }

    private static Map<String, FieldPolicy> chosen(
            DirectorySettings settings, Entered entered, List<Problem> problems) {
        Map<String, FieldPolicy> chosen = new LinkedHashMap<>();
        for (String target : SettingsForm.targets(settings)) {
            policy(entered.text("policy." + target), chosen, target);
        }

        String added = entered.text("newTarget").strip();
        if (!added.isEmpty()) {
            String target = added.startsWith("embedded.") ? added : "embedded." + added;
            if (chosen.containsKey(target)) {
                problems.add(new Problem("newTarget", "“%s” has a policy above.".formatted(added)));
            }

            policy(entered.text("newPolicy"), chosen, target);
        }

        return chosen;
    }

    private static void policy(String word, Map<String, FieldPolicy> chosen, String target) {
        Arrays.stream(FieldPolicy.values())
                .filter(policy -> policy.name().equals(word))
                .forEach(policy -> chosen.put(target, policy));
    }

    /** What the form holds. */
    private record Entered(Map<String, String> values) {

        static Entered of(DirectoryView directory) {
            DirectorySettings settings = directory.settings();
            Map<String, String> values = new TreeMap<>();
            values.put("name", directory.name());
            values.put("zone", directory.timeZone());
            values.put("region", Objects.requireNonNullElse(settings.region(), ""));
            values.put("mergeMode", settings.mergeMode().name());
            values.put("protectReference", settings.protectReference() ? "true" : "");
            values.put("maxGroup", Integer.toString(settings.maxGroup()));
            values.put("nullTokens", String.join("\n", settings.nullTokens()));
            values.put("placeholders", String.join("\n", settings.placeholders()));
            values.put("sources", String.join("\n", settings.sources()));
            SettingsForm.targets(settings)
                    .forEach(target -> values.put(
                            "policy." + target,
                            settings.policies()
                                    .getOrDefault(target, FieldPolicy.OVERWRITE)
                                    .name()));
            String shown = HexFormat.of()
                    .formatHex(Sha256.digest().digest(values.toString().getBytes(StandardCharsets.UTF_8)));
            values.put("shown", shown);
            return new Entered(values);
        }

        Entered shownAs(String shown) {
            Map<String, String> other = new TreeMap<>(values);
            other.put("shown", shown);
            return new Entered(other);
        }

        String shown() {
            return text("shown");
        }

        String text(String name) {
            @Nullable String value = values.get(name);
            return value == null ? "" : value;
        }
    }
}
