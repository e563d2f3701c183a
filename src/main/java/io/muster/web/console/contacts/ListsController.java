package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.ContactListing;
import io.muster.app.ContactListing.Some;
import io.muster.app.ContactProfiles;
import io.muster.app.ContactReading;
import io.muster.app.ContactSearches.By;
import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.CountService;
import io.muster.app.CountService.Count;
import io.muster.app.DirectoryView;
import io.muster.app.ListFeeds;
import io.muster.app.ListService;
import io.muster.app.Page;
import io.muster.app.RunView;
import io.muster.app.WantedContacts;
import io.muster.directory.MailingList;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.ListMembers.Member;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code …/lists}: the lists of a directory, and one of them with its members. */
@Controller
final class ListsController {

    private static final String LISTS = DirectoriesController.ONE + "/lists";
    private static final String ONE = LISTS + "/{list:CG_[A-Za-z0-9]+}";

    private static final int MOST = 50;

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final ListService lists;
    private final ListFeeds feeds;
    private final ContactReading reading;
    private final ContactListing listing;
    private final ContactProfiles profiles;
    private final ContactService contacts;
    private final CountService counts;

    ListsController(
            ConsolePages pages,
            SeenDirectories seen,
            ListService lists,
            ListFeeds feeds,
            ContactReading reading,
            ContactListing listing,
            ContactProfiles profiles,
            ContactService contacts,
            CountService counts) {
        this.pages = pages;
        this.seen = seen;
        this.lists = lists;
        this.feeds = feeds;
        this.reading = reading;
        this.listing = listing;
        this.profiles = profiles;
        this.contacts = contacts;
        this.counts = counts;
    }

    /**
     * The lists.
     *
     * @param name what was entered for a new one
     * @param needs the role that making one needs; null when the viewer has it
     */
    record ListsPage(
            String id,
            List<Row> lists,
            Pager pager,
            String name,
            @Nullable String needs,
            List<Problem> problems) {}

    /**
     * A list.
     *
     * @param counted how many are on it; null while they are counted for the first time
     */
    record Row(String id, String name, @Nullable Counted counted, Moment made) {}

    /** How many are on a list, as of when. */
    record Counted(String members, String optedOut, Moment asOf) {

        static @Nullable Counted of(@Nullable Count count, ZoneId zone) {
            return count == null
                    ? null
                    : new Counted(
                            Texts.number(count.contacts()),
                            Texts.number(count.optedOut()),
                            Texts.moment(count.asOf(), zone));
        }
    }

    @GetMapping(LISTS)
    ModelAndView list(Viewer viewer, @PathVariable String id, @RequestParam(defaultValue = "") String after) {
        return list(viewer, seen.find(viewer, id, Role.ACCESS), after, "", List.of());
    }

    private ModelAndView list(
            Viewer viewer, DirectoryView directory, String after, String name, List<Problem> problems) {
        ZoneId zone = ZoneId.of(directory.timeZone());
        Page<MailingList> page = lists.page(directory.id(), Texts.given(after), MOST);
        Map<Integer, Count> sizes = counts.of(directory.id(), page.items());
        return pages.inDirectory(
                "lists/list",
                "Lists",
                viewer,
                directory,
                new ListsPage(
                        directory.id(),
                        page.items().stream()
                                .map(one -> new Row(
                                        one.id(),
                                        one.name(),
                                        Counted.of(sizes.get(one.number()), zone),
                                        Texts.moment(one.createdAt(), zone)))
                                .toList(),
                        Pager.of("/directories/" + directory.id() + "/lists", Map.of(), after, page.next()),
                        name,
                        needs(viewer),
                        problems),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static @Nullable String needs(Viewer viewer) {
        return viewer.can(Role.MANAGE) ? null : Role.MANAGE.title();
    }

    @PostMapping(LISTS)
    ModelAndView create(Viewer viewer, @PathVariable String id, @RequestParam(defaultValue = "") String name) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        try {
            return ConsolePages.goTo(
                    address(directory, lists.create(viewer.actor(), id, name).id()));
        } catch (Refusal refusal) {
            return list(viewer, directory, "", name, List.of(new Problem("name", refusal.getMessage())));
        }
    }

    private static String address(DirectoryView directory, String list) {
        return "/directories/" + directory.id() + "/lists/" + list;
    }

    /**
     * A list.
     *
     * @param fed the last import into it; null when none of the latest was
     * @param bys what a contact to be added can be looked for by
     * @param q what was looked for
     * @param hits contacts among which the one to be added has to be chosen
     */
    record ListPage(
            String directory,
            String id,
            String address,
            Moment made,
            @Nullable Counted counted,
            @Nullable Fed fed,
            List<MemberRow> members,
            Pager pager,
            String name,
            List<Choice> bys,
            String q,
            List<ContactRow> hits,
            @Nullable String needs,
            List<Problem> problems) {

        /** Whether a field is wrong. */
        public boolean wrong(String field) {
            return Problem.at(problems, field);
        }
    }

    /** An import. */
    record Fed(String run, String file, Moment at) {}

    /**
     * A member.
     *
     * @param own what the list itself holds of it
     */
    record MemberRow(ContactRow contact, Moment since, boolean optedOut, String own) {}

    /** What was entered on the page of a list. */
    private record Entered(String name, String by, String q, List<ContactRow> hits) {

        static Entered nothing(MailingList list) {
            return new Entered(list.name(), "reference", "", List.of());
        }
    }

    @GetMapping(ONE)
    ModelAndView show(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String list,
            @RequestParam(defaultValue = "") String after) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        MailingList found = lists.find(id, list);
        return show(viewer, directory, found, after, Entered.nothing(found), List.of());
    }

    private ModelAndView show(
            Viewer viewer,
            DirectoryView directory,
            MailingList list,
            String after,
            Entered entered,
            List<Problem> problems) {
        ZoneId zone = ZoneId.of(directory.timeZone());
        String address = address(directory, list.id());
        Page<Member> members = reading.members(list, Texts.given(after), MOST);
        return pages.inDirectory(
                "lists/members",
                list.name(),
                viewer,
                directory,
                new ListPage(
                        directory.id(),
                        list.id(),
                        address,
                        Texts.moment(list.createdAt(), zone),
                        Counted.of(counts.of(directory.id(), List.of(list)).get(list.number()), zone),
                        feeds.last(directory.id(), list)
                                .map(view -> fed(view, zone))
                                .orElse(null),
                        members.items().stream().map(one -> member(one, zone)).toList(),
                        Pager.of(address, Map.of(), after, members.next()),
                        entered.name(),
                        Arrays.stream(By.values())
                                .map(by -> by.name().toLowerCase(Locale.ROOT))
                                .map(word -> new Choice(
                                        word,
                                        Character.toUpperCase(word.charAt(0)) + word.substring(1),
                                        word.equals(entered.by())))
                                .toList(),
                        entered.q(),
                        entered.hits(),
                        needs(viewer),
                        problems),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static Fed fed(RunView view, ZoneId zone) {
        return new Fed(view.run().id(), view.file(), Texts.moment(view.run().started(), zone));
    }

    private static MemberRow member(Member member, ZoneId zone) {
        return new MemberRow(
                ContactRow.of(member.contact()),
                Texts.moment(member.joinedAt(), zone),
                member.optedOut(),
                member.embedded().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    @PostMapping(ONE + "/add")
    ModelAndView add(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String list,
            @RequestParam(defaultValue = "") String contact,
            @RequestParam(defaultValue = "") String by,
            @RequestParam(defaultValue = "") String q) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        MailingList found = lists.find(id, list);
        List<ContactRow> hits = List.of();
        String wrong = "Say which contact is to be added.";
        String chosen = contact.isBlank() ? null : profiles.find(id, contact);
        if (chosen == null && !q.isBlank()) {
            By known = Arrays.stream(By.values())
                    .filter(one -> one.name().equalsIgnoreCase(by))
                    .findFirst()
                    .orElse(By.REFERENCE);
            try {
                Some some = listing.page(id, new WantedContacts(known.query(q), null, null), null, MOST);
                hits = some.contacts().stream().map(ContactRow::of).toList();
                wrong = hits.isEmpty()
                        ? "No contact matches" + (some.isWhole() ? "." : " among those read. Find it under Contacts.")
                        : "Several contacts match. Choose one of them below.";
                chosen = hits.size() == 1 ? hits.getFirst().id() : null;
            } catch (Refusal refusal) {
                wrong = refusal.getMessage();
            }
        }

        if (chosen == null) {
            return show(
                    viewer,
                    directory,
                    found,
                    "",
                    new Entered(found.name(), by, q, hits),
                    List.of(new Problem("q", wrong)));
        }

        var ignored = contacts.join(new ContactsChange(viewer.actor(), List.of(chosen), found.id()), Map.of());
        return ConsolePages.goTo(address(directory, found.id()));
    }

    @GetMapping(ONE + "/remove")
    ModelAndView remove(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String list,
            @RequestParam(defaultValue = "") List<String> contact) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        MailingList found = lists.find(id, list);
        List<String> members = members(viewer, id, found, contact);
        List<String> effects = new ArrayList<>();
        effects.add((members.size() == 1
                        ? "1 contact is not on the list “%s” any more, and stays in the directory."
                        : Texts.number(members.size())
                                + " contacts are not on the list “%s” any more, and stay in the directory.")
                .formatted(found.name()));
        effects.add("What the list itself holds of them goes, opt-outs of the list among it.");
        return pages.confirm(
                "Remove from " + found.name(),
                viewer,
                directory,
                new Confirmation(
                        effects,
                        address(directory, found.id()) + "/remove",
                        members.stream()
                                .map(one -> Field.hidden("contact", one))
                                .toList(),
                        "Remove from list",
                        address(directory, found.id())));
    }

    /** Those of some contacts that are on the list. */
    private List<String> members(Viewer viewer, String directory, MailingList list, List<String> some) {
        List<String> there = some.stream()
                .filter(one -> !one.isBlank())
                .map(one -> profiles.find(directory, one))
                .distinct()
                .toList();
        if (there.isEmpty()) {
            throw Refusal.invalid("NO_CONTACT", "Cannot remove contacts from the list: none was chosen. Choose some.");
        }

        List<String> members = contacts.previewLeave(new ContactsChange(viewer.actor(), there, list.id()))
                .changed();
        if (members.isEmpty()) {
            throw Refusal.notFound("NOT_ON_LIST", "None of the contacts is on the list any more.");
        }

        return members;
    }

    @PostMapping(ONE + "/remove")
    ModelAndView removed(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String list,
            @RequestParam(defaultValue = "") List<String> contact) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        MailingList found = lists.find(id, list);
        var ignored =
                contacts.leave(new ContactsChange(viewer.actor(), members(viewer, id, found, contact), found.id()));
        return ConsolePages.goTo(address(directory, found.id()));
    }

    @PostMapping(ONE + "/rename")
    ModelAndView rename(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String list,
            @RequestParam(defaultValue = "") String name) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        MailingList found = lists.find(id, list);
        try {
            var ignored = lists.rename(viewer.actor(), id, found.id(), name);
            return ConsolePages.goTo(address(directory, found.id()));
        } catch (Refusal refusal) {
            return show(
                    viewer,
                    directory,
                    found,
                    "",
                    new Entered(name, "reference", "", List.of()),
                    List.of(new Problem("name", refusal.getMessage())));
        }
    }

    @GetMapping(ONE + "/delete")
    ModelAndView delete(Viewer viewer, @PathVariable String id, @PathVariable String list) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        MailingList found = lists.find(id, list);
        Optional<String> obstacle = lists.obstacle(found);
        if (obstacle.isPresent()) {
            return pages.confirm(
                    "Delete list " + found.name(),
                    viewer,
                    directory,
                    Confirmation.refused(List.of(obstacle.get()), address(directory, found.id())));
        }

        Count count = counts.of(id, List.of(found)).get(found.number());
        return pages.confirm(
                "Delete list " + found.name(),
                viewer,
                directory,
                new Confirmation(
                        List.of(
                                "The list “%s” goes for good, with what it holds of its members, opt-outs of the list among it."
                                        .formatted(found.name()),
                                count == null
                                        ? "Its members stay in the directory."
                                        : "Its %s members stay in the directory."
                                                .formatted(Texts.number(count.contacts())),
                                "Imports into the list stop at their next block; job files that name it are refused."),
                        address(directory, found.id()) + "/delete",
                        List.of(),
                        "Delete list",
                        address(directory, found.id())));
    }

    @PostMapping(ONE + "/delete")
    ModelAndView deleted(Viewer viewer, @PathVariable String id, @PathVariable String list) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        var ignored = lists.delete(viewer.actor(), directory.id(), list);
        return ConsolePages.goTo("/directories/" + id + "/lists");
    }

    @GetMapping(ONE + "/members.csv")
    void members(Viewer viewer, @PathVariable String id, @PathVariable String list, HttpServletResponse response)
            throws IOException {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        MailingList found = lists.find(directory.id(), list);
        var ignored = ContactsController.begin(response, "members", "exact");
        lists.members(id, found.id(), Format.CSV, response.getOutputStream());
    }
}
