package io.muster.web.console.identity;

import io.muster.access.Role;
import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.DirectoryView;
import io.muster.app.DuplicateService;
import io.muster.app.MergeService;
import io.muster.app.MergeViews.Before;
import io.muster.app.MergeViews.Explained;
import io.muster.app.MergeViews.Recorded;
import io.muster.app.MergeViews.Undoing;
import io.muster.app.Page;
import io.muster.dedup.merge.MergeRecord.State;
import io.muster.web.console.identity.IdentityTexts.Link;
import io.muster.web.console.page.Confirmation;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code …/merges}: merges that were made, and how they are taken back. */
@Controller
final class MergesController {

    private static final String MERGES = DuplicatesController.DIRECTORY + "/merges";
    private static final String MERGE = MERGES + "/{merge:MG_[A-Za-z0-9]+}";
    private static final int SHOWN = 50;
    private static final int ACTS = 20;
    private static final int DOWNLOADED = 1_000;

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final MergeService merges;
    private final DuplicateService duplicates;
    private final AuditService audit;

    MergesController(
            ConsolePages pages,
            SeenDirectories directories,
            MergeService merges,
            DuplicateService duplicates,
            AuditService audit) {
        this.pages = pages;
        this.directories = directories;
        this.merges = merges;
        this.duplicates = duplicates;
        this.audit = audit;
    }

    /** A page of merges. */
    record MergesPage(String path, List<Row> merges, boolean first, Pager pager) {}

    /** A merge. */
    record Row(String id, String state, Moment merged, Link survivor, String absorbed, String rules) {}

    @GetMapping(MERGES)
    ModelAndView list(Viewer viewer, @PathVariable String directory, @RequestParam(defaultValue = "") String after) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Page<Recorded> page = merges.list(found.id(), Texts.given(after), SHOWN);
        String path = IdentityTexts.path(found);
        return pages.inDirectory(
                "identity/merges",
                "Merges",
                viewer,
                found,
                new MergesPage(
                        path,
                        page.items().stream().map(merge -> row(found, merge)).toList(),
                        after.isBlank(),
                        Pager.of(path + "/merges", Map.of(), after, page.next())));
    }

    @GetMapping(MERGES + "/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer, @PathVariable String directory, @PathVariable String form, HttpServletResponse response)
            throws IOException {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        CsvDownload.write(
                response,
                "merges",
                form.equals("spreadsheet"),
                List.of("merge", "status", "merged", "undone", "survivor", "absorbed", "same by"),
                records -> write(found, records));
    }

    private void write(DirectoryView directory, Consumer<List<String>> records) {
        String after = null;
        do {
            Page<Recorded> page = merges.list(directory.id(), after, DOWNLOADED);
            for (Recorded merge : page.items()) {
                records.accept(List.of(
                        merge.merge(),
                        word(merge.state()),
                        merge.merged().toString(),
                        merge.undone() == null ? "" : merge.undone().toString(),
                        merge.survivor(),
                        Integer.toString(merge.absorbed()),
                        IdentityTexts.rules(merge.because())));
            }

            after = page.next();
        } while (after != null);
    }

    private static Row row(DirectoryView directory, Recorded merge) {
        return new Row(
                merge.merge(),
                word(merge.state()),
                Texts.moment(merge.merged(), IdentityTexts.zone(directory)),
                IdentityTexts.link(directory, merge.survivor()),
                Texts.number(merge.absorbed()),
                IdentityTexts.rules(merge.because()));
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /**
     * A merge.
     *
     * @param undone when it was taken back; null while it stands
     * @param kept after that: what stayed as it was
     * @param lines what the contacts had before
     * @param apart the address where it is taken back that they are kept apart; null when they are not
     */
    record MergePage(
            String path,
            String id,
            String state,
            Moment merged,
            @Nullable Moment undone,
            List<String> kept,
            List<String> because,
            List<Link> contacts,
            List<LineRow> lines,
            List<Act> acts,
            @Nullable String apart,
            boolean mayChange) {}

    /** What the contacts had in a field. */
    record LineRow(String name, List<String> values) {}

    /** What somebody did with it. */
    record Act(Moment at, String who, String what) {}

    @GetMapping(MERGE)
    ModelAndView show(Viewer viewer, @PathVariable String directory, @PathVariable String merge) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Explained explained = merges.show(found.id(), merge);
        Recorded recorded = explained.merge();
        ZoneId zone = IdentityTexts.zone(found);
        String path = IdentityTexts.path(found);
        return pages.inDirectory(
                "identity/merge",
                "Merge " + recorded.merge(),
                viewer,
                found,
                new MergePage(
                        path,
                        recorded.merge(),
                        word(recorded.state()),
                        Texts.moment(recorded.merged(), zone),
                        recorded.undone() == null ? null : Texts.moment(recorded.undone(), zone),
                        recorded.kept(),
                        recorded.because().stream()
                                .map(shared ->
                                        IdentityTexts.rule(shared.rule()) + ": " + String.join(", ", shared.contacts()))
                                .toList(),
                        explained.before().stream()
                                .map(before -> IdentityTexts.link(found, before.contact()))
                                .toList(),
                        lines(explained.before()),
                        acts(recorded.merge(), zone),
                        recorded.state() == State.UNDONE
                                        && duplicates
                                                .apartBy(found.id(), recorded.merge())
                                                .isPresent()
                                ? path + "/duplicates/apart/" + recorded.merge() + "/allow"
                                : null,
                        viewer.can(Role.MANAGE)));
    }

    private static List<LineRow> lines(List<Before> before) {
        SortedSet<String> keys = new TreeSet<>();
        before.forEach(one -> keys.addAll(one.values().keySet()));
        return keys.stream()
                .map(key -> new LineRow(
                        IdentityTexts.field(key),
                        before.stream()
                                .map(one -> one.values().getOrDefault(key, ""))
                                .toList()))
                .toList();
    }

    private List<Act> acts(String merge, ZoneId zone) {
        return audit.list(new AuditRequest(null, null, null, merge, null, null), null, ACTS).items().stream()
                .map(line -> new Act(Texts.moment(line.at(), zone), line.actor(), Texts.act(line.action())))
                .toList();
    }

    @GetMapping(MERGE + "/undo")
    ModelAndView previewUndo(Viewer viewer, @PathVariable String directory, @PathVariable String merge) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        Recorded recorded = merges.show(found.id(), merge).merge();
        String address = IdentityTexts.path(found) + "/merges/" + recorded.merge();
        if (recorded.state() == State.UNDONE) {
            return ConsolePages.goTo(address);
        }

        Undoing undoing = merges.previewUndo(recorded.merge());
        return pages.confirm(
                "Undo merge " + recorded.merge(),
                viewer,
                found,
                new Confirmation(effects(undoing), address + "/undo", List.of(), "Undo", address));
    }

    private static List<String> effects(Undoing undoing) {
        List<String> effects = new ArrayList<>();
        effects.add("%s restored, as before the merge: %s."
                .formatted(
                        undoing.restored().size() == 1
                                ? "1 contact is"
                                : Texts.number(undoing.restored().size()) + " contacts are",
                        String.join(", ", undoing.restored())));
        effects.add("%s gives back %s transactions, %s touchpoints, %s responses and %s memberships of lists."
                .formatted(
                        undoing.merge().survivor(),
                        Texts.number(undoing.transactions()),
                        Texts.number(undoing.touchpoints()),
                        Texts.number(undoing.responses()),
                        Texts.number(undoing.memberships())));
        effects.add(
                undoing.merge().kept().isEmpty()
                        ? "Nothing of it was changed since the merge: it is again what it was before."
                        : "Kept as it is, since it was changed after the merge: "
                                + String.join(", ", undoing.merge().kept()) + ".");
        effects.add(
                "From then on the contacts are kept apart: no merge brings them together again, until that is taken back.");
        return effects;
    }

    @PostMapping(MERGE + "/undo")
    ModelAndView undo(Viewer viewer, @PathVariable String directory, @PathVariable String merge) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        Recorded recorded = merges.show(found.id(), merge).merge();
        var ignored = merges.undo(viewer.actor(), recorded.merge());
        return ConsolePages.goTo(IdentityTexts.path(found) + "/merges/" + recorded.merge());
    }
}
