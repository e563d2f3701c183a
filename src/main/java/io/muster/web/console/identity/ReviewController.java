package io.muster.web.console.identity;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.DuplicateService;
import io.muster.app.DuplicateViews.Because;
import io.muster.app.DuplicateViews.Line;
import io.muster.app.DuplicateViews.Listed;
import io.muster.app.DuplicateViews.Review;
import io.muster.app.DuplicateViews.Touch;
import io.muster.dedup.merge.MergeScope;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

/** {@code …/duplicates/CID_…}: one group side by side, with what a merge would make of it. */
@Controller
final class ReviewController {

    private static final String GROUP = DuplicatesController.DIRECTORY + "/duplicates/{contact:CID_[A-Za-z0-9]+}";

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final DuplicateService duplicates;

    ReviewController(ConsolePages pages, SeenDirectories directories, DuplicateService duplicates) {
        this.pages = pages;
        this.directories = directories;
        this.duplicates = duplicates;
    }

    /**
     * A group side by side.
     *
     * @param address of this page
     * @param without those left out
     * @param alone whether nothing can be merged with the contact
     * @param apart whether others that share a key are kept apart from it
     */
    record ReviewPage(
            String path,
            String address,
            List<Problem> problems,
            List<Column> contacts,
            List<SharedRow> shared,
            List<LineRow> differing,
            List<LineRow> same,
            List<LineRow> dates,
            List<String> without,
            List<String> seen,
            boolean pending,
            boolean alone,
            boolean apart,
            boolean tooLarge,
            int maxGroup,
            boolean mayChange) {

        /** Whether the group can be merged by who has the role. */
        public boolean fit() {
            return !alone && !tooLarge;
        }
    }

    /**
     * A contact of it.
     *
     * @param leaveOut the address of the same without it; null when too few would be left
     */
    record Column(
            String id,
            String name,
            String address,
            boolean survives,
            @Nullable String leaveOut) {}

    /** What some of them share. */
    record SharedRow(String value, String rule, String contacts) {}

    /** A line of the comparison. */
    record LineRow(String name, boolean embedded, List<String> values, String after) {}

    @GetMapping(GROUP)
    ModelAndView review(
            Viewer viewer,
            @PathVariable String directory,
            @PathVariable String contact,
            @RequestParam(defaultValue = "false") boolean pending,
            @RequestParam(defaultValue = "") List<String> without) {
        DirectoryView found = directories.find(viewer, directory, Role.ACCESS);
        Review review = duplicates.review(found.id(), contact, scope(pending), without);
        return page(viewer, found, contact, review, pending, without, List.of(), HttpStatus.OK);
    }

    private static MergeScope scope(boolean pending) {
        return pending ? MergeScope.PENDING_RULES_TOO : MergeScope.ACTIVE_RULES;
    }

    private ModelAndView page(
            Viewer viewer,
            DirectoryView directory,
            String contact,
            Review review,
            boolean pending,
            List<String> without,
            List<Problem> problems,
            HttpStatus status) {
        List<Listed> contacts = review.group().contacts();
        String path = IdentityTexts.path(directory);
        String address = path + "/duplicates/" + contact;
        return pages.inDirectory(
                "identity/review",
                "Review duplicates",
                viewer,
                directory,
                new ReviewPage(
                        path,
                        address,
                        problems,
                        contacts.stream()
                                .map(one -> new Column(
                                        one.id(),
                                        one.name(),
                                        path + "/contacts/" + one.id(),
                                        one.equals(contacts.getFirst())
                                                && contacts.size() > 1
                                                && !review.group().tooLarge(),
                                        contacts.size() < 3 || one.id().equals(contact)
                                                ? null
                                                : address(address, pending, without, one.id())))
                                .toList(),
                        review.group().because().stream()
                                .map(ReviewController::row)
                                .distinct()
                                .toList(),
                        review.lines().stream()
                                .filter(Line::differs)
                                .map(ReviewController::row)
                                .toList(),
                        review.lines().stream()
                                .filter(line -> !line.differs() && !isBlank(line))
                                .map(ReviewController::row)
                                .toList(),
                        dates(directory, review),
                        without,
                        SeenContact.of(review).stream().map(SeenContact::text).toList(),
                        pending,
                        contacts.size() < 2,
                        review.apart(),
                        review.group().tooLarge(),
                        review.maxGroup(),
                        viewer.can(Role.MANAGE)),
                status);
    }

    private static String address(String address, boolean pending, List<String> without, String more) {
        UriComponentsBuilder left = UriComponentsBuilder.fromPath(address);
        if (pending) {
            left.queryParam("pending", "true");
        }

        Stream.concat(without.stream(), Stream.of(more)).forEach(one -> left.queryParam("without", one));
        return left.encode().build().toUriString();
    }

    private static boolean isBlank(Line line) {
        return line.after().isEmpty() && line.values().stream().allMatch(String::isEmpty);
    }

    private static SharedRow row(Because because) {
        return new SharedRow(
                IdentityTexts.value(because),
                IdentityTexts.rule(because.fields()),
                String.join(", ", because.contacts()));
    }

    private static LineRow row(Line line) {
        return new LineRow(
                IdentityTexts.field(line.key()), line.key().startsWith("embedded."), line.values(), line.after());
    }

    private static List<LineRow> dates(DirectoryView directory, Review review) {
        ZoneId zone = IdentityTexts.zone(directory);
        List<Listed> contacts = review.group().contacts();
        Touch last = review.touches().stream()
                .filter(Objects::nonNull)
                .max(Comparator.comparing(Touch::at))
                .orElse(null);
        return List.of(
                new LineRow(
                        "Last touch",
                        false,
                        review.touches().stream()
                                .map(touch -> touch(touch, zone))
                                .toList(),
                        touch(last, zone)),
                new LineRow(
                        "Created",
                        false,
                        contacts.stream().map(one -> text(one.created(), zone)).toList(),
                        text(contacts.getFirst().created(), zone)),
                new LineRow(
                        "Changed",
                        false,
                        contacts.stream().map(one -> text(one.changed(), zone)).toList(),
                        "now"));
    }

    private static String touch(@Nullable Touch touch, ZoneId zone) {
        return touch == null ? "none" : touch.what() + ", " + text(touch.at(), zone);
    }

    private static String text(Instant at, ZoneId zone) {
        Moment moment = Texts.moment(at, zone);
        return moment.text();
    }

    @PostMapping(GROUP + "/merge")
    ModelAndView merge(
            Viewer viewer,
            @PathVariable String directory,
            @PathVariable String contact,
            @RequestParam(defaultValue = "false") boolean pending,
            @RequestParam(defaultValue = "") String[] without,
            @RequestParam String[] seen) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        List<SeenContact> shown = Stream.of(seen).map(SeenContact::read).toList();
        try {
            String merge = duplicates
                    .merge(viewer.actor(), found.id(), scope(pending), DuplicatesController.versions(shown))
                    .merge();
            return ConsolePages.goTo(IdentityTexts.path(found) + "/merges/" + merge);
        } catch (Refusal refusal) {
            if (refusal.kind() != Refusal.Kind.CONFLICT) {
                throw refusal;
            }

            return changed(viewer, found, contact, pending, List.of(without), shown, refusal);
        }
    }

    /** The page as it is now, with what is different. */
    private ModelAndView changed(
            Viewer viewer,
            DirectoryView directory,
            String contact,
            boolean pending,
            List<String> without,
            List<SeenContact> shown,
            Refusal refusal) {
        Review now;
        try {
            now = duplicates.review(directory.id(), contact, scope(pending), without);
        } catch (Refusal gone) {
            throw refusal;
        }

        List<Problem> problems = new ArrayList<>();
        problems.add(new Problem("", refusal.getMessage()));
        shown.stream()
                .flatMap(one -> one.changes(now).stream())
                .map(text -> new Problem("", text))
                .forEach(problems::add);
        return page(viewer, directory, contact, now, pending, without, problems, HttpStatus.CONFLICT);
    }

    @PostMapping(GROUP + "/apart")
    ModelAndView keepApart(
            Viewer viewer, @PathVariable String directory, @PathVariable String contact, @RequestParam String[] seen) {
        DirectoryView found = directories.find(viewer, directory, Role.MANAGE);
        duplicates.keepApart(
                viewer.actor(),
                found.id(),
                Stream.of(seen).map(SeenContact::read).map(SeenContact::contact).toList());
        return ConsolePages.goTo(IdentityTexts.path(found) + "/duplicates/apart");
    }
}
