package io.muster.web.console.identity;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.DuplicateService;
import io.muster.app.DuplicateViews.Apart;
import io.muster.app.DuplicateViews.Because;
import io.muster.app.DuplicateViews.Group;
import io.muster.app.DuplicateViews.Listed;
import io.muster.app.Page;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.support.Refusal;
import io.muster.web.console.identity.IdentityTexts.Link;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code …/duplicates}: contacts that may be the same person, some merged at once, and those that are kept apart. */
@Controller
final class DuplicatesController {

    static final String DIRECTORY = "/directories/{directory:POOL_[A-Za-z0-9]+}";

    private static final int SHOWN = 25;
    private static final int NAMED = 5;
    private static final int DOWNLOADED = 200;
    private static final Pattern SEEN = Pattern.compile("(CID_[A-Za-z0-9]{1,40}):(\\d{1,9})");
    private static final Pattern MERGED = Pattern.compile("MG_[A-Za-z0-9]{1,40}");
    private static final Pattern REFUSED = Pattern.compile("(CID_[A-Za-z0-9]{1,40}) ([A-Z_]{1,40})");

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final DuplicateService duplicates;

    DuplicatesController(ConsolePages pages, SeenDirectories directories, DuplicateService duplicates) {
        this.pages = pages;
        this.directories = directories;
        this.duplicates = duplicates;
    }

    /**
     * A page of groups.
     *
     * @param path of the directory
     * @param rules those that can be asked for
     * @param filtered whether one was asked for
     * @param mergeAll the address where those shown can be merged; null when nothing can
     * @param downloads the address that names of files are added to
     * @param asked what is added to the addresses of files
     * @param mayChange whether the viewer has the role for it
     */
    record DuplicatesPage(
            String path,
            List<Row> groups,
            List<Choice> rules,
            boolean noRules,
            boolean waiting,
            boolean filtered,
            Pager pager,
            @Nullable String mergeAll,
            String downloads,
            String asked,
            boolean mayChange) {}

    /**
     * A group.
     *
     * @param more how many contacts are not named
     */
    record Row(
            List<Link> contacts,
            int more,
            List<SharedRow> shared,
            String size,
            Moment oldest,
            Moment newest,
            boolean tooLarge,
            String review) {}

    /** What a group shares. */
    record SharedRow(String value, String rule) {}

    @GetMapping(DIRECTORY + "/duplicates")
    ModelAndView list(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String rule,
            @RequestParam(defaultValue = "") String after) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        DirectoryView.Rule only = rule(found, rule);
        Page<Group> page = page(found, only, after);
        String path = IdentityTexts.path(found);
        Map<String, String> asked = Map.of("rule", rule);
        return pages.inDirectory(
                "identity/duplicates",
                "Possible duplicates",
                viewer,
                found,
                new DuplicatesPage(
                        path,
                        page.items().stream()
                                .map(group -> row(found, only, group))
                                .toList(),
                        found.identityRules().stream()
                                .map(one -> new Choice(
                                        Integer.toString(one.rule()),
                                        IdentityTexts.rule(one.fields())
                                                + (one.state() == State.PENDING ? " (waits for its keys)" : ""),
                                        one.equals(only)))
                                .toList(),
                        found.identityRules().isEmpty(),
                        found.hasPendingRule(),
                        !(rule + after).isBlank(),
                        Pager.of(path + "/duplicates", asked, after, page.next()),
                        page.items().stream().allMatch(Group::tooLarge)
                                ? null
                                : UriComponentsBuilder.fromPath(path + "/duplicates/merge")
                                        .queryParam("rule", rule)
                                        .queryParam("after", after)
                                        .build()
                                        .toUriString(),
                        path + "/duplicates/",
                        only == null ? "" : "?rule=" + only.rule(),
                        viewer.can(Role.MANAGE)));
    }

    @GetMapping(DIRECTORY + "/duplicates/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer,
            @PathVariable String directory,
            @PathVariable String form,
            @RequestParam(defaultValue = "") String rule,
            HttpServletResponse response)
            throws IOException {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        DirectoryView.Rule only = rule(found, rule);
        CsvDownload.write(
                response,
                "possible-duplicates",
                form.equals("spreadsheet"),
                List.of("group", "rule", "value", "contact", "name", "created", "changed"),
                records -> write(found, only, records));
    }

    private void write(DirectoryView directory, DirectoryView.@Nullable Rule only, Consumer<List<String>> records) {
        int number = 0;
        String after = null;
        do {
            Page<Group> page = duplicates.list(directory.id(), only == null ? null : only.rule(), after, DOWNLOADED);
            for (Group group : page.items()) {
                number++;
                for (Listed contact : group.contacts()) {
                    records.accept(List.of(
                            Integer.toString(number),
                            group.because().stream()
                                    .map(DuplicatesController::name)
                                    .collect(Collectors.joining("; ")),
                            group.because().stream().map(IdentityTexts::value).collect(Collectors.joining("; ")),
                            contact.id(),
                            contact.name(),
                            contact.created().toString(),
                            contact.changed().toString()));
                }
            }

            after = page.next();
        } while (after != null);
    }

    private static DirectoryView.@Nullable Rule rule(DirectoryView directory, String number) {
        return number.isBlank()
                ? null
                : directory.identityRules().stream()
                        .filter(one -> Integer.toString(one.rule()).equals(number))
                        .findFirst()
                        .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_RULE", "The directory has no such rule any more. Choose one of the list."));
    }

    private Page<Group> page(DirectoryView directory, DirectoryView.@Nullable Rule only, String after) {
        return duplicates.list(directory.id(), only == null ? null : only.rule(), Texts.given(after), SHOWN);
    }

    private static Row row(DirectoryView directory, DirectoryView.@Nullable Rule only, Group group) {
        ZoneId zone = IdentityTexts.zone(directory);
        List<Listed> contacts = group.contacts();
        return new Row(
                contacts.stream()
                        .limit(NAMED)
                        .map(contact -> IdentityTexts.link(directory, contact))
                        .toList(),
                Math.max(0, contacts.size() - NAMED),
                group.because().stream()
                        .map(because -> new SharedRow(IdentityTexts.value(because), name(because)))
                        .distinct()
                        .toList(),
                group.tooLarge()
                        ? "more than " + Texts.number(directory.settings().maxGroup())
                        : Texts.number(contacts.size()),
                Texts.moment(
                        contacts.stream()
                                .map(Listed::created)
                                .min(Comparator.naturalOrder())
                                .orElseThrow(),
                        zone),
                Texts.moment(
                        contacts.stream()
                                .map(Listed::created)
                                .max(Comparator.naturalOrder())
                                .orElseThrow(),
                        zone),
                group.tooLarge(),
                IdentityTexts.path(directory) + "/duplicates/"
                        + contacts.getFirst().id() + (isPending(only) ? "?pending=true" : ""));
    }

    private static String name(Because because) {
        return IdentityTexts.rule(because.fields());
    }

    private static boolean isPending(DirectoryView.@Nullable Rule only) {
        return only != null && only.state() == State.PENDING;
    }

    @GetMapping(DIRECTORY + "/duplicates/merge")
    ModelAndView previewAll(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String rule,
            @RequestParam(defaultValue = "") String after) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        DirectoryView.Rule only = rule(found, rule);
        List<Group> groups = page(found, only, after).items();
        List<Group> fit = groups.stream().filter(group -> !group.tooLarge()).toList();
        if (fit.isEmpty()) {
            throw Refusal.conflict(
                    "NO_DUPLICATES", "Cannot merge: there is no group to merge here any more. Look at the list again.");
        }

        long contacts = fit.stream().mapToLong(group -> group.contacts().size()).sum();
        List<String> effects = new ArrayList<>();
        effects.add("%s of %s become %s: in each the oldest one survives, with the newest value of every field."
                .formatted(
                        counted(fit.size(), "group", "groups"),
                        counted(contacts, "contact", "contacts"),
                        counted(fit.size(), "contact", "contacts")));
        effects.add("Lists, transactions, touchpoints and responses are united. Who opted out stays opted out.");
        effects.add("Only the groups of this page are merged. Each merge can be taken back by itself.");
        if (groups.size() > fit.size()) {
            effects.add("%s are too large and are left alone."
                    .formatted(counted(groups.size() - fit.size(), "group", "groups")));
        }

        fit.forEach(group -> effects.add(group.contacts().stream()
                .map(contact -> contact.name() + " (" + contact.id() + ")")
                .collect(Collectors.joining(" + "))));
        List<Field> fields = new ArrayList<>();
        fields.add(Field.hidden("pending", Boolean.toString(isPending(only))));
        fit.forEach(group -> fields.add(Field.hidden(
                "group",
                group.contacts().stream()
                        .map(contact -> contact.id() + ":" + contact.version())
                        .collect(Collectors.joining(",")))));
        String path = IdentityTexts.path(found) + "/duplicates";
        return pages.confirm(
                "Merge the duplicates shown",
                viewer,
                found,
                new Confirmation(
                        effects, path + "/merge", fields, "Merge " + counted(fit.size(), "group", "groups"), path));
    }

    private static String counted(long number, String one, String many) {
        return Texts.number(number) + " " + (number == 1 ? one : many);
    }

    @PostMapping(DIRECTORY + "/duplicates/merge")
    ModelAndView mergeAll(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "false") boolean pending,
            @RequestParam List<String> group) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        MergeScope scope = pending ? MergeScope.PENDING_RULES_TOO : MergeScope.ACTIVE_RULES;
        UriComponentsBuilder next = UriComponentsBuilder.fromPath(IdentityTexts.path(found) + "/duplicates/merged");
        for (String text : groups(group)) {
            Map<String, Integer> seen = seen(text);
            try {
                next.queryParam(
                        "merge",
                        duplicates
                                .merge(viewer.actor(), found.id(), scope, seen)
                                .merge());
            } catch (Refusal refusal) {
                next.queryParam("refused", seen.keySet().iterator().next() + " " + refusal.code());
            }
        }

        return ConsolePages.goTo(next.encode().build().toUriString());
    }

    /** A single value with commas is taken for several by whoever reads forms. */
    private static List<String> groups(List<String> sent) {
        return sent.stream().allMatch(text -> text.indexOf(',') < 0) ? List.of(String.join(",", sent)) : sent;
    }

    private static Map<String, Integer> seen(String group) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (String part : group.split(",", -1)) {
            Matcher matcher = SEEN.matcher(part);
            if (!matcher.matches()) {
                throw Refusal.invalid("BAD_FORM", "Cannot merge: the form is broken. Load its page again.");
            }

            seen.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
        }

        return seen;
    }

    /**
     * What became of groups that were merged at once.
     *
     * @param merges those made
     * @param refused those not made, each with the reason
     */
    record MergedPage(String path, List<String> merges, List<RefusedRow> refused) {}

    /** A group that was not merged. */
    record RefusedRow(String contact, String reason) {}

    @GetMapping(DIRECTORY + "/duplicates/merged")
    ModelAndView merged(
            Viewer viewer,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") List<String> merge,
            @RequestParam(defaultValue = "") List<String> refused) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        return pages.inDirectory(
                "identity/merged",
                "Merged duplicates",
                viewer,
                found,
                new MergedPage(
                        IdentityTexts.path(found),
                        merge.stream()
                                .filter(id -> MERGED.matcher(id).matches())
                                .toList(),
                        refused.stream()
                                .map(REFUSED::matcher)
                                .filter(Matcher::matches)
                                .map(matcher -> new RefusedRow(matcher.group(1), reason(matcher.group(2))))
                                .toList()));
    }

    private static String reason(String code) {
        return switch (code) {
            case "CONTACTS_CHANGED" -> "A contact of the group was changed since it was shown.";
            case "NOT_DUPLICATES" -> "The contacts do not share a key any more, or are kept apart.";
            case "GROUP_TOO_LARGE" -> "The group is too large.";
            default -> "It could not be done: " + code + ".";
        };
    }

    /** A page of decisions. */
    record ApartPage(String path, List<ApartRow> rows, Pager pager, boolean mayChange) {}

    /** Contacts that are kept apart. */
    record ApartRow(String id, Moment since, List<Link> contacts) {}

    @GetMapping(DIRECTORY + "/duplicates/apart")
    ModelAndView apart(Viewer viewer, @PathVariable String directory, @RequestParam(defaultValue = "") String after) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Page<Apart> page = duplicates.apart(found.id(), Texts.given(after), SHOWN);
        String path = IdentityTexts.path(found);
        return pages.inDirectory(
                "identity/apart",
                "Kept apart",
                viewer,
                found,
                new ApartPage(
                        path,
                        page.items().stream().map(apart -> row(found, apart)).toList(),
                        Pager.of(path + "/duplicates/apart", Map.of(), after, page.next()),
                        viewer.can(Role.MANAGE)));
    }

    private static ApartRow row(DirectoryView directory, Apart apart) {
        return new ApartRow(
                apart.id(),
                Texts.moment(apart.since(), IdentityTexts.zone(directory)),
                apart.contacts().stream()
                        .map(contact -> IdentityTexts.link(directory, contact))
                        .toList());
    }

    @GetMapping(DIRECTORY + "/duplicates/apart/{id:[0-9A-Za-z_]+}/allow")
    ModelAndView previewAllow(Viewer viewer, @PathVariable String directory, @PathVariable String id) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        Apart apart = duplicates
                .apartBy(found.id(), id)
                .orElseThrow(() -> Refusal.notFound("UNKNOWN_DECISION", "These contacts are not kept apart any more."));
        String path = IdentityTexts.path(found) + "/duplicates/apart";
        return pages.confirm(
                "Let these contacts be merged again",
                viewer,
                found,
                new Confirmation(
                        List.of(
                                apart.contacts().stream()
                                                .map(contact -> contact.name() + " (" + contact.id() + ")")
                                                .collect(Collectors.joining(", "))
                                        + ": from now on these contacts may be merged with each other again.",
                                "As long as they share a key they are offered as possible duplicates. Merges of the whole"
                                        + " directory take them along.",
                                "Nothing else is changed."),
                        path + "/" + apart.id() + "/allow",
                        List.of(),
                        "Let them be merged",
                        path));
    }

    @PostMapping(DIRECTORY + "/duplicates/apart/{id:[0-9A-Za-z_]+}/allow")
    ModelAndView allow(Viewer viewer, @PathVariable String directory, @PathVariable String id) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        duplicates.allow(viewer.actor(), found.id(), id);
        return ConsolePages.goTo(IdentityTexts.path(found) + "/duplicates");
    }

    /** The contacts of a form, whose versions matter. */
    static Map<String, Integer> versions(List<SeenContact> seen) {
        Map<String, Integer> versions = new TreeMap<>();
        seen.forEach(one -> versions.put(one.contact(), one.version()));
        return versions;
    }
}
