package io.muster.web.console.segments;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.SegmentOverview;
import io.muster.app.SegmentOverviews;
import io.muster.app.SegmentRef;
import io.muster.app.SegmentService;
import io.muster.segment.Segment;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.members.Publication;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What is done with a segment: a question with what will happen, then the deed. */
@Controller
final class SegmentActionsController {

    private static final String PUBLISH = "/directories/{pool}/segments/{id}/publish";
    private static final String DISCARD = "/directories/{pool}/segments/{id}/discard";
    private static final String ROLLBACK = "/directories/{pool}/segments/{id}/rollback";
    private static final String DELETE = "/directories/{pool}/segments/{id}/delete";
    private static final String VERSION = "version";

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final SegmentOverviews segments;
    private final SegmentService service;

    SegmentActionsController(
            ConsolePages pages, SeenDirectories directories, SegmentOverviews segments, SegmentService service) {
        this.pages = pages;
        this.directories = directories;
        this.segments = segments;
        this.service = service;
    }

    /** A segment that somebody may change. */
    private record Found(DirectoryView directory, SegmentOverview overview) {

        Segment segment() {
            return overview.segment();
        }

        String address() {
            return SegmentTexts.address(directory, segment());
        }

        SegmentRef ref() {
            return new SegmentRef(segment().id(), null);
        }
    }

    private Found find(Viewer viewer, String pool, String id) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        return new Found(directory, segments.show(directory.id(), id));
    }

    private ModelAndView ask(
            Viewer viewer,
            Found found,
            String title,
            String action,
            String button,
            long version,
            List<String> effects) {
        return pages.confirm(
                title + " " + found.segment().name(),
                viewer,
                found.directory(),
                new Confirmation(
                        effects,
                        found.address() + "/" + action,
                        List.of(Field.hidden(VERSION, Long.toString(version))),
                        button,
                        found.address()));
    }

    @GetMapping(PUBLISH)
    ModelAndView askToPublish(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        Found found = find(viewer, pool, id);
        long version = held(found);
        requireUsedFree(found);
        List<String> effects = new ArrayList<>();
        effects.add("Readers see version %d: %s.".formatted(version, sizes(found)));
        others(found, "are published as well").ifPresent(effects::add);
        effects.add("It can be put back until the next rebuild.");
        return ask(viewer, found, "Publish", "publish", "Publish", version, effects);
    }

    @PostMapping(PUBLISH)
    ModelAndView publish(
            Viewer viewer, @PathVariable String pool, @PathVariable String id, @RequestParam(VERSION) long version) {
        Found found = find(viewer, pool, id);
        // Pressed twice, it is published already.
        if (!Objects.equals(found.segment().published(), version)) {
            requireSame(found, found.segment().held(), version, "publish");
            var ignored = service.publish(viewer.actor(), found.ref());
        }

        return ConsolePages.goTo(found.address());
    }

    @GetMapping(DISCARD)
    ModelAndView askToDiscard(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        Found found = find(viewer, pool, id);
        long version = held(found);
        List<String> effects = new ArrayList<>();
        effects.add("Readers go on seeing %s. Version %d, with %s members, is given up for good."
                .formatted(
                        SegmentTexts.members(found.overview()).equals(SegmentTexts.NOT_REBUILT)
                                ? "no version"
                                : SegmentTexts.members(found.overview()) + " members",
                        version,
                        number(found.overview().size().held())));
        others(found, "are given up as well").ifPresent(effects::add);
        effects.add("The next rebuild builds anew, and may be held again.");
        return ask(viewer, found, "Discard what is held of", "discard", "Discard", version, effects);
    }

    @PostMapping(DISCARD)
    ModelAndView discard(
            Viewer viewer, @PathVariable String pool, @PathVariable String id, @RequestParam(VERSION) long version) {
        Found found = find(viewer, pool, id);
        Long held = found.segment().held();
        if (held != null) {
            requireSame(found, held, version, "discard");
            var ignored = service.discard(viewer.actor(), found.ref());
        }

        return ConsolePages.goTo(found.address());
    }

    @GetMapping(ROLLBACK)
    ModelAndView askToPutBack(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        Found found = find(viewer, pool, id);
        Segment segment = found.segment();
        Long previous = segment.previous();
        Long published = segment.published();
        if (previous == null || published == null) {
            throw Refusal.conflict(
                    "NO_EARLIER_VERSION",
                    "Cannot put back the segment " + segment.called()
                            + ": there is no version before the published one. Rebuild it instead.");
        }

        List<String> effects = new ArrayList<>();
        effects.add("Readers see version %d again, with %s members instead of %s."
                .formatted(
                        previous,
                        number(found.overview().size().previous()),
                        number(found.overview().size().members())));
        Publication last =
                segments.publications(segment, 1).stream().findFirst().orElse(null);
        if (last != null && Objects.equals(last.base(), previous)) {
            effects.add("%s who joined leave again, and %s who left are back."
                    .formatted(Texts.number(last.added()), Texts.number(last.removed())));
        }

        effects.add(
                "Version %d can be published again until the next rebuild, which replaces it.".formatted(published));
        if (!found.overview().usedBy().isEmpty()) {
            effects.add("Segments that use it keep their members until they are rebuilt.");
        }

        return ask(viewer, found, "Put back", "rollback", "Put back", published, effects);
    }

    @PostMapping(ROLLBACK)
    ModelAndView putBack(
            Viewer viewer, @PathVariable String pool, @PathVariable String id, @RequestParam(VERSION) long version) {
        Found found = find(viewer, pool, id);
        if (found.segment().heldReason() != Segment.HeldReason.ROLLBACK) {
            requireSame(found, found.segment().published(), version, "put back");
            var ignored = service.rollBack(viewer.actor(), found.ref());
        }

        return ConsolePages.goTo(found.address());
    }

    @GetMapping(DELETE)
    ModelAndView askToDelete(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        Found found = find(viewer, pool, id);
        service.requireDeletable(found.segment());
        Long members = found.overview().size().members();
        List<String> effects = new ArrayList<>();
        effects.add(
                members == null
                        ? "The segment is deleted. It has no members yet."
                        : "The segment is deleted, and with it who its %s members are.".formatted(number(members)));
        effects.add("Its history goes too: its conditions, and who joined and left when.");
        effects.add("The contacts stay.");
        return ask(viewer, found, "Delete", "delete", "Delete", found.segment().revision(), effects);
    }

    @PostMapping(DELETE)
    ModelAndView delete(
            Viewer viewer, @PathVariable String pool, @PathVariable String id, @RequestParam(VERSION) long version) {
        Found found = find(viewer, pool, id);
        requireSame(found, (long) found.segment().revision(), version, "delete");
        var ignored = service.delete(viewer.actor(), found.ref());
        return ConsolePages.goTo(SegmentTexts.address(found.directory()));
    }

    private void requireUsedFree(Found found) {
        if (found.segment().heldReason() == Segment.HeldReason.USES
                && segments.condition(found.segment()) instanceof ParsedCondition.Good good) {
            Set<Long> used = Conditions.uses(good.condition()).segments();
            for (SegmentOverview one : segments.held(found.directory().id())) {
                if (used.contains(one.segment().number())) {
                    throw Refusal.conflict(
                            "USES_HELD",
                            "Cannot publish the held version of the segment "
                                    + found.segment().called() + ": it uses the segment "
                                    + one.segment().called() + ", which is held as well. Publish that one first.");
                }
            }
        }
    }

    private static long held(Found found) {
        Long version = found.segment().held();
        if (version == null) {
            throw Refusal.conflict(
                    "NOTHING_HELD",
                    "Nothing of the segment " + found.segment().called() + " is held any more. Look at it again.");
        }

        return version;
    }

    /** What happens to the held versions of other segments; empty when it concerns none. */
    private Optional<String> others(Found found, String become) {
        if (found.segment().heldReason() == Segment.HeldReason.ROLLBACK) {
            return Optional.empty();
        }

        String others = segments.held(found.directory().id()).stream()
                .map(SegmentOverview::segment)
                .filter(one -> one.heldReason() == Segment.HeldReason.USES
                        && one.number() != found.segment().number())
                .map(Segment::name)
                .collect(Collectors.joining(", "));
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of("Also held: %s. Those that are held only because they use this segment %s."
                        .formatted(others, become));
    }

    private static String sizes(Found found) {
        SegmentTexts.Held held = SegmentTexts.held(found.overview(), found.address());
        return held == null ? "" : held.text();
    }

    private static void requireSame(Found found, @Nullable Long now, long asked, String doing) {
        if (now == null || now != asked) {
            throw Refusal.conflict(
                    "MOVED_ON",
                    "Cannot " + doing + " the segment " + found.segment().called()
                            + ": it was rebuilt or changed since the question was put. Look at it again, then decide.");
        }
    }

    private static String number(@Nullable Long number) {
        return number == null ? "no" : Texts.number(number);
    }
}
