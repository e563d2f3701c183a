package io.muster.web.console.identity;

import io.muster.access.Role;
import io.muster.app.CountService;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.DuplicateService;
import io.muster.app.IdentityService;
import io.muster.app.IdentityService.Filled;
import io.muster.app.IdentityService.Standing;
import io.muster.app.RulesChange;
import io.muster.app.RunSearch;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.SettingsPatch;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.ContactField;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.jobs.RunKind;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code …/identity}: the ordered rules that say when two records are the same person, and how they are changed. */
@Controller
final class IdentityController {

    private static final String IDENTITY = DuplicatesController.DIRECTORY + "/identity";
    private static final String NEEDED = "Manage directory";
    private static final int EXAMPLES = 5;
    private static final List<ContactField> ORDER = List.of(
            ContactField.EXT_REF,
            ContactField.EMAIL,
            ContactField.PHONE,
            ContactField.FIRST_NAME,
            ContactField.LAST_NAME,
            ContactField.LANGUAGE);

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final DirectoryService changes;
    private final IdentityService identities;
    private final DuplicateService duplicates;
    private final RunViews views;
    private final RunService runs;
    private final CountService counts;
    private final Ids ids;

    IdentityController(
            ConsolePages pages,
            SeenDirectories directories,
            DirectoryService changes,
            IdentityService identities,
            DuplicateService duplicates,
            RunViews views,
            RunService runs,
            CountService counts,
            Ids ids) {
        this.pages = pages;
        this.directories = directories;
        this.changes = changes;
        this.identities = identities;
        this.duplicates = duplicates;
        this.views = views;
        this.runs = runs;
        this.counts = counts;
        this.ids = ids;
    }

    /**
     * The rules of a directory.
     *
     * @param needs the role that changing needs; null for who has it
     * @param waiting whether a rule waits for its keys
     * @param rekey the last re-key; null when there was none
     */
    record IdentityPage(
            String path,
            List<RuleRow> rules,
            boolean waiting,
            @Nullable RekeyRow rekey,
            List<SettingRow> settings,
            boolean protects,
            @Nullable String needs) {}

    /**
     * A rule.
     *
     * @param progress how far its keys have come; null for one that matches
     * @param blockedBy references that several contacts have, for which it cannot match
     */
    record RuleRow(
            int place,
            int rule,
            String name,
            boolean active,
            @Nullable String progress,
            long done,
            long end,
            List<String> compares,
            String shared,
            boolean anyShared,
            boolean blocked,
            List<String> blockedBy,
            @Nullable String up,
            @Nullable String down,
            String remove) {}

    /** A re-key. */
    record RekeyRow(String id, String status, boolean over, Moment started) {}

    /** A setting. */
    record SettingRow(String name, String value, String meaning) {}

    @GetMapping(IDENTITY)
    ModelAndView show(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        List<Standing> rules = identities.rules(found.id());
        String path = IdentityTexts.path(found);
        List<RuleRow> rows = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            rows.add(row(found, path, rules, i));
        }

        return pages.inDirectory(
                "identity/rules",
                "Identity rules",
                viewer,
                found,
                new IdentityPage(
                        path,
                        rows,
                        found.hasPendingRule(),
                        rekey(found),
                        settings(found),
                        found.settings().protectReference(),
                        viewer.can(Role.MANAGE) ? null : NEEDED));
    }

    private RuleRow row(DirectoryView directory, String path, List<Standing> rules, int place) {
        Standing rule = rules.get(place);
        List<String> texts = texts(rules);
        List<String> without = new ArrayList<>(texts);
        without.remove(place);
        return new RuleRow(
                place + 1,
                rule.rule(),
                IdentityTexts.rule(rule.fields()),
                rule.state() == State.ACTIVE,
                rule.state() == State.ACTIVE
                        ? null
                        : "pending %s of %s".formatted(Texts.number(rule.done()), Texts.number(rule.end())),
                rule.done(),
                Math.max(1, rule.end()),
                rule.fields().stream().map(IdentityTexts::compares).toList(),
                (rule.andMore() ? "at least " : "") + Texts.number(rule.shared()),
                rule.shared() > 0,
                rule.isBlocked(),
                rule.isBlocked()
                        ? duplicates.list(directory.id(), rule.rule(), null, EXAMPLES).items().stream()
                                .flatMap(group -> group.because().stream())
                                .map(IdentityTexts::value)
                                .distinct()
                                .toList()
                        : List.of(),
                place == 0 ? null : change(path, swapped(texts, place - 1)),
                place == rules.size() - 1 ? null : change(path, swapped(texts, place)),
                change(path, without));
    }

    private static List<String> texts(List<Standing> rules) {
        return rules.stream().map(rule -> String.join(",", rule.fields())).toList();
    }

    private static List<String> swapped(List<String> rules, int place) {
        List<String> swapped = new ArrayList<>(rules);
        Collections.swap(swapped, place, place + 1);
        return swapped;
    }

    /** The address where a change to these rules can be looked at. */
    private static String change(String path, List<String> rules) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path + "/identity/change");
        // Spring reads one value with commas as several: with an empty one beside it, it does not.
        Stream.concat(Stream.of(""), rules.stream()).forEach(rule -> address.queryParam("rule", "{rule}"));
        return address.encode()
                .buildAndExpand(Stream.concat(Stream.of(""), rules.stream()).toArray())
                .toUriString();
    }

    private @Nullable RekeyRow rekey(DirectoryView directory) {
        return views.rows(new RunSearch(directory.id(), null, RunKind.RE_KEY, null, 1), null).items().stream()
                .findFirst()
                .map(RunView::run)
                .map(run -> new RekeyRow(
                        run.id(),
                        run.status().name().toLowerCase(Locale.ROOT),
                        run.status().isOver(),
                        Texts.moment(run.started(), IdentityTexts.zone(directory))))
                .orElse(null);
    }

    private static List<SettingRow> settings(DirectoryView directory) {
        DirectorySettings settings = directory.settings();
        return List.of(
                new SettingRow(
                        "Other references",
                        settings.protectReference() ? "protected" : "not protected",
                        settings.protectReference()
                                ? "A contact with another reference is left alone by rules that compare something else."
                                : "A rule that compares something else matches a contact with another reference as well."),
                new SettingRow(
                        "Merge mode",
                        settings.mergeMode() == MergeMode.ALL_CONTACTS ? "all contacts" : "new records",
                        settings.mergeMode() == MergeMode.ALL_CONTACTS
                                ? "After each import, contacts that are there and that a rule connects become one."
                                : "Records are matched as they arrive; contacts that are there stay apart until somebody merges them."),
                new SettingRow(
                        "Largest group",
                        Texts.number(settings.maxGroup()),
                        "Groups of more contacts are shown and not merged."),
                new SettingRow(
                        "Placeholders",
                        settings.placeholders().isEmpty() ? "none" : String.join(", ", settings.placeholders()),
                        "Values that never form a key. Others make other keys, so that all rules wait for a re-key."));
    }

    @GetMapping(IDENTITY + "/protect")
    ModelAndView previewProtect(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        boolean on = !found.settings().protectReference();
        String path = IdentityTexts.path(found) + "/identity";
        return pages.confirm(
                on ? "Protect other references" : "Protect other references no longer",
                viewer,
                found,
                new Confirmation(
                        on
                                ? List.of(
                                        "A record with a reference no longer matches a contact with another one by a rule that compares something else: it creates a contact.",
                                        "Contacts with different references that share another key are not merged any more, and are no possible duplicates.",
                                        "Contacts and merges that are there stay as they are; no keys change.")
                                : List.of(
                                        "A record matches by every rule, also a contact with another reference, whose reference it then replaces.",
                                        "Contacts with different references that share another key are possible duplicates from then on.",
                                        "Contacts that are there stay as they are; no keys change."),
                        path + "/protect",
                        List.of(Field.hidden("protect", Boolean.toString(on))),
                        on ? "Protect" : "Protect no longer",
                        path));
    }

    @PostMapping(IDENTITY + "/protect")
    ModelAndView protect(Viewer viewer, @PathVariable String directory, @RequestParam boolean protect) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        if (found.settings().protectReference() != protect) {
            var ignored = changes.change(new SettingsPatch(
                    viewer.actor(), found.id(), Map.of(), null, null, null, protect, null, null, null, null));
        }

        return ConsolePages.goTo(IdentityTexts.path(found) + "/identity");
    }

    /**
     * The form of a new rule.
     *
     * @param fields those that every contact has, with how each is compared
     */
    record AddPage(
            String path, List<Problem> problems, List<FieldRow> fields, String embedded, boolean embeddedWrong) {}

    /** A field of the form. */
    record FieldRow(String key, String name, List<Choice> choices) {}

    @GetMapping(IDENTITY + "/add")
    ModelAndView add(Viewer viewer, @PathVariable String directory, @RequestParam Map<String, String> sent) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        if (!sent.containsKey("embedded")) {
            return form(viewer, found, sent, List.of());
        }

        String rule = written(sent);
        if (rule.isEmpty()) {
            return form(
                    viewer, found, sent, List.of(new Problem("extRef", "Choose at least one field that is compared.")));
        }

        try {
            List<String> wanted = new ArrayList<>(texts(identities.rules(found.id())));
            wanted.add(identities.rule(rule));
            return ConsolePages.goTo(change(IdentityTexts.path(found), wanted));
        } catch (Refusal refusal) {
            return form(viewer, found, sent, List.of(new Problem("embedded", refusal.getMessage())));
        }
    }

    private static String written(Map<String, String> sent) {
        List<String> fields = new ArrayList<>();
        for (ContactField field : ORDER) {
            String how = sent.getOrDefault(field.key(), "");
            if (!how.isEmpty()) {
                fields.add(how.equals("usual") ? field.key() : field.key() + ":" + how);
            }
        }

        Stream.of(sent.getOrDefault("embedded", "").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(name -> fields.add("embedded." + name));
        return String.join(",", fields);
    }

    private ModelAndView form(
            Viewer viewer, DirectoryView directory, Map<String, String> sent, List<Problem> problems) {
        return pages.inDirectory(
                "identity/add",
                "Add an identity rule",
                viewer,
                directory,
                new AddPage(
                        IdentityTexts.path(directory),
                        problems,
                        ORDER.stream()
                                .map(field -> new FieldRow(
                                        field.key(),
                                        IdentityTexts.field(field.key()),
                                        choices(field, sent.getOrDefault(field.key(), ""))))
                                .toList(),
                        sent.getOrDefault("embedded", ""),
                        problems.stream().anyMatch(problem -> problem.field().equals("embedded"))),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static List<Choice> choices(ContactField field, String chosen) {
        boolean reference = field == ContactField.EXT_REF;
        return List.of(
                new Choice("", "not compared", chosen.isEmpty()),
                new Choice("usual", "compared: " + IdentityTexts.how(field.key()), chosen.equals("usual")),
                reference
                        ? new Choice("folded", "compared: without case", chosen.equals("folded"))
                        : new Choice("exact", "compared: exactly, case included", chosen.equals("exact")));
    }

    @GetMapping(IDENTITY + "/change")
    ModelAndView previewChange(Viewer viewer, @PathVariable String directory, @RequestParam List<String> rule) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        List<Standing> present = identities.rules(found.id());
        List<String> wanted = given(rule);
        List<String> was = texts(present);
        String path = IdentityTexts.path(found);
        if (wanted.equals(was)) {
            return ConsolePages.goTo(path + "/identity");
        }

        List<Field> fields = new ArrayList<>();
        fields.add(Field.hidden("rule", ""));
        fields.add(Field.hidden("was", ""));
        wanted.forEach(one -> fields.add(Field.hidden("rule", one)));
        was.forEach(one -> fields.add(Field.hidden("was", one)));
        return pages.confirm(
                "Change the identity rules",
                viewer,
                found,
                new Confirmation(
                        effects(found, present, wanted),
                        path + "/identity/change",
                        fields,
                        "Change the rules",
                        path + "/identity"));
    }

    private static List<String> given(List<String> sent) {
        return sent.stream().filter(one -> !one.isEmpty()).toList();
    }

    private List<String> effects(DirectoryView directory, List<Standing> present, List<String> wanted) {
        List<String> effects = new ArrayList<>();
        List<String> was = texts(present);
        long numbers = identities.numbers(directory.id());
        CountService.Count count = counts.of(directory.id());
        String all = count == null
                ? "up to %s contacts".formatted(Texts.number(numbers))
                : "%s contacts, as of %s"
                        .formatted(
                                Texts.number(count.contacts()),
                                Texts.moment(count.asOf(), IdentityTexts.zone(directory))
                                        .text());
        wanted.stream().filter(rule -> !was.contains(rule)).forEach(rule -> {
            effects.add("New: “%s”.".formatted(IdentityTexts.rule(List.of(rule.split(",", -1)))));
            Filled filled = identities.filled(directory.id(), rule);
            if (numbers == 0) {
                effects.add("It matches at once, since the directory never had a contact.");
            } else {
                effects.add(
                        "Of the %s newest contacts, %s have a value in each of its fields; the others are not compared by it."
                                .formatted(Texts.number(filled.looked()), Texts.number(filled.complete())));
                effects.add(
                        "It matches nobody until a re-key has given every contact its key: %s. The re-key reports possible duplicates; it merges none."
                                .formatted(all));
            }
        });
        present.stream()
                .filter(rule -> !wanted.contains(String.join(",", rule.fields())))
                .forEach(rule -> {
                    effects.add(
                            "Removed: “%s”. It matches nothing from that moment, and its keys go. Added again, it has to wait for a re-key."
                                    .formatted(IdentityTexts.rule(rule.fields())));
                    if (rule.shared() > 0) {
                        effects.add(
                                "%s%s keys of it that several contacts hold are no possible duplicates any more, unless another rule has them too."
                                        .formatted(rule.andMore() ? "At least " : "", Texts.number(rule.shared())));
                    }
                });
        List<String> kept = wanted.stream().filter(was::contains).toList();
        if (!kept.equals(was.stream().filter(wanted::contains).toList())) {
            effects.add("Order: " + String.join(" · ", numbered(wanted))
                    + ". The first rule that finds a contact decides; later ones are not looked at.");
            effects.add("Contacts that are there stay as they are: the order counts for what comes in from then on.");
        }

        if (wanted.isEmpty()) {
            effects.add("Without rules nobody is recognised: every record that comes in makes a contact.");
        }

        return effects;
    }

    private static List<String> numbered(List<String> rules) {
        List<String> numbered = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            numbered.add((i + 1) + " " + IdentityTexts.rule(List.of(rules.get(i).split(",", -1))));
        }

        return numbered;
    }

    @PostMapping(IDENTITY + "/change")
    ModelAndView change(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam List<String> rule,
            @RequestParam List<String> was) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        List<String> present = texts(identities.rules(found.id()));
        String next = IdentityTexts.path(found) + "/identity";
        if (present.equals(given(rule))) {
            return ConsolePages.goTo(next);
        }

        if (!present.equals(given(was))) {
            throw Refusal.conflict(
                    "RULES_CHANGED",
                    "Cannot change the rules: they were changed since they were shown, and are now %s. Look at them again; nothing was changed."
                            .formatted(present.isEmpty() ? "none" : String.join(" · ", numbered(present))));
        }

        var ignored = changes.change(RulesChange.exactly(viewer.actor(), found.id(), given(rule)));
        return ConsolePages.goTo(next);
    }

    @GetMapping(IDENTITY + "/rekey")
    ModelAndView previewRekey(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        List<Standing> waiting = identities.rules(found.id()).stream()
                .filter(rule -> rule.state() == State.PENDING)
                .toList();
        String path = IdentityTexts.path(found) + "/identity";
        List<String> effects = new ArrayList<>();
        waiting.forEach(rule -> effects.add("%s: %s of %s contact numbers have their keys; the rest get theirs."
                .formatted(IdentityTexts.rule(rule.fields()), Texts.number(rule.done()), Texts.number(rule.end()))));
        if (waiting.isEmpty()) {
            effects.add(
                    "No rule waits for its keys: there is nothing to do but to remove what is left of removed rules.");
        } else {
            effects.add(
                    "Each rule matches from the moment that it is through. A rule of the reference alone does so only when no two contacts share a reference.");
        }

        effects.add(
                "A run does it, beside imports and edits. It merges nothing; it can be stopped and goes on where it was.");
        return pages.confirm(
                "Re-key " + found.name(),
                viewer,
                found,
                new Confirmation(effects, path + "/rekey", List.of(), "Re-key", path));
    }

    @PostMapping(IDENTITY + "/rekey")
    ModelAndView rekey(Viewer viewer, @PathVariable String directory) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        return ConsolePages.goTo("/runs/"
                + runs.start(new RunRequest.Rekey(number(found)), viewer.actor())
                        .run()
                        .id());
    }

    private int number(DirectoryView directory) {
        return (int) ids.read(PublicId.DIRECTORY, directory.id()).orElseThrow();
    }
}
