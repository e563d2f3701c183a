package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.ContactListing;
import io.muster.app.ContactListing.Some;
import io.muster.app.ContactSearches;
import io.muster.app.ContactSearches.By;
import io.muster.app.ContactSearches.Question;
import io.muster.app.ContactSearches.SearchView;
import io.muster.app.CountService;
import io.muster.app.CountService.Count;
import io.muster.app.DirectoryView;
import io.muster.app.ListService;
import io.muster.app.SegmentService;
import io.muster.app.WantedContacts;
import io.muster.dedup.SearchTasks.State;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code …/contacts}: the contacts of a directory, some at a time, and what a search finds. */
@Controller
final class ContactsController {

    private static final String CONTACTS = DirectoriesController.ONE + "/contacts";
    private static final String SEARCHES = CONTACTS + "/searches";
    private static final String SEARCH = SEARCHES + "/{search:[A-Za-z0-9]{16}}";

    private static final int MOST = 50;
    /** As many lists or segments are offered, and the one that is chosen; the page of each list leads here. */
    static final int CHOICES = 200;

    /** As many are read while one hardly notices. */
    private static final int QUICK = 50_000;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final Map<By, String> COMPARED = Map.of(
            By.EMAIL, "Mailboxes are compared without case, as a whole.",
            By.REFERENCE, "References are compared exactly, case included; those taken over by merges count.",
            By.PHONE, "Numbers are compared as they are dialled, read with + or in the region of the directory.",
            By.NAME, "Every word has to be part of the first or the last name, in any case.");

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final ContactListing listing;
    private final ContactSearches searches;
    private final CountService counts;
    private final ListService lists;
    private final SegmentService segments;

    ContactsController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactListing listing,
            ContactSearches searches,
            CountService counts,
            ListService lists,
            SegmentService segments) {
        this.pages = pages;
        this.seen = seen;
        this.listing = listing;
        this.searches = searches;
        this.counts = counts;
        this.lists = lists;
        this.segments = segments;
    }

    /** What the page is asked for. */
    private record Asked(By by, String q, String list, String segment) {

        static Asked of(String by, String q, String list, String segment) {
            By known = Arrays.stream(By.values())
                    .filter(one -> one.name().equalsIgnoreCase(by))
                    .findFirst()
                    .orElse(By.EMAIL);
            return new Asked(known, q, list, segment);
        }

        boolean isSearch() {
            return !q.isBlank();
        }

        boolean isFiltered() {
            return isSearch() || !list.isBlank() || !segment.isBlank();
        }

        Question question() {
            return new Question(by, q, Texts.given(list), Texts.given(segment));
        }

        WantedContacts wanted() {
            return isSearch() ? question().wanted() : new WantedContacts(null, Texts.given(list), Texts.given(segment));
        }

        Map<String, String> parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("by", isSearch() ? word(by) : "");
            parameters.put("q", q);
            parameters.put("list", list);
            parameters.put("segment", segment);
            return parameters;
        }
    }

    /**
     * Some contacts.
     *
     * @param hint how searches are done here, and how long they take
     * @param compared how what was searched for is compared; empty when nothing was
     * @param partly what was read of a search that reads all contacts; null when the answer is whole
     * @param exact the address of the download
     * @param needs the role that adding contacts needs; null when the viewer has it
     */
    record ContactsPage(
            String id,
            List<Choice> bys,
            String by,
            String q,
            List<Choice> lists,
            String list,
            List<Choice> segments,
            String segment,
            String hint,
            List<ContactRow> contacts,
            boolean filtered,
            String compared,
            @Nullable String partly,
            Pager pager,
            String exact,
            String spreadsheet,
            @Nullable String needs,
            List<Problem> problems) {}

    @GetMapping(CONTACTS)
    ModelAndView list(
            Viewer viewer,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String by,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String segment,
            @RequestParam(defaultValue = "") String after) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        Asked asked = Asked.of(by, q, list, segment);
        try {
            return page(
                    viewer,
                    directory,
                    asked,
                    after,
                    listing.page(id, asked.wanted(), Texts.given(after), MOST),
                    List.of());
        } catch (Refusal refusal) {
            if (refusal.kind() != Refusal.Kind.INVALID || !asked.isSearch()) {
                throw refusal;
            }

            return page(
                    viewer,
                    directory,
                    asked,
                    after,
                    new Some(List.of(), null, true),
                    List.of(new Problem("q", refusal.getMessage())));
        }
    }

    private ModelAndView page(
            Viewer viewer, DirectoryView directory, Asked asked, String after, Some some, List<Problem> problems) {
        String path = "/directories/" + directory.id() + "/contacts";
        Count count = counts.of(directory.id());
        return pages.inDirectory(
                "contacts/list",
                "Contacts",
                viewer,
                directory,
                new ContactsPage(
                        directory.id(),
                        Arrays.stream(By.values())
                                .map(one -> new Choice(word(one), title(one), one == asked.by()))
                                .toList(),
                        word(asked.by()),
                        asked.q(),
                        choices(lists.all(directory.id()), one -> one.id(), one -> one.name(), asked.list()),
                        asked.list(),
                        choices(segments.all(directory.id()), one -> one.id(), one -> one.name(), asked.segment()),
                        asked.segment(),
                        hint(directory, count),
                        some.contacts().stream().map(ContactRow::of).toList(),
                        asked.isFiltered() || !after.isBlank(),
                        asked.isSearch() ? COMPARED.getOrDefault(asked.by(), "") : "",
                        some.isWhole() ? null : partly(directory, count),
                        Pager.of(path, asked.parameters(), after, some.isWhole() ? some.next() : null),
                        download(path, "exact", asked.parameters()),
                        download(path, "spreadsheet", asked.parameters()),
                        viewer.can(Role.MANAGE) ? null : Role.MANAGE.title(),
                        problems),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    private static String word(By by) {
        return by.name().toLowerCase(Locale.ROOT);
    }

    private static String title(By by) {
        return by.name().charAt(0) + word(by).substring(1);
    }

    private static <T> List<Choice> choices(
            List<T> all, Function<T, String> id, Function<T, String> name, String chosen) {
        List<Choice> choices = all.stream()
                .map(one ->
                        new Choice(id.apply(one), name.apply(one), id.apply(one).equals(chosen)))
                .toList();
        return Stream.concat(
                        choices.stream().limit(CHOICES),
                        choices.stream().skip(CHOICES).filter(Choice::chosen))
                .toList();
    }

    private String hint(DirectoryView directory, @Nullable Count count) {
        Map<Boolean, List<By>> kinds =
                Arrays.stream(By.values()).collect(Collectors.partitioningBy(by -> listing.looksUp(directory, by)));
        String reading = "Searches by %s read all contacts%s."
                .formatted(
                        titles(kinds.getOrDefault(false, List.of())),
                        count == null || count.contacts() < QUICK
                                ? ""
                                : ": about %s, which takes about %s"
                                        .formatted(
                                                Texts.number(count.contacts()),
                                                Texts.duration(searches.estimate(directory.id(), count.contacts()))));
        List<By> lookedUp = kinds.getOrDefault(true, List.of());
        return lookedUp.isEmpty()
                ? reading
                : "Searches by %s are looked up at once by the identity rules. %s".formatted(titles(lookedUp), reading);
    }

    private static String titles(List<By> bys) {
        List<String> words = bys.stream().map(ContactsController::word).toList();
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }

    private String partly(DirectoryView directory, @Nullable Count count) {
        return "These are among the contacts that were made first; not all were read yet. Reading all%s takes about %s."
                .formatted(
                        count == null ? "" : " of about " + Texts.number(count.contacts()),
                        count == null
                                ? "some time"
                                : Texts.duration(searches.estimate(directory.id(), count.contacts())));
    }

    private static String download(String path, String form, Map<String, String> asked) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path + "/" + form + ".csv");
        asked.forEach((name, value) -> {
            if (!value.isBlank()) {
                address.queryParam(name, "{" + name + "}");
            }
        });
        return address.encode().buildAndExpand(asked).toUriString();
    }

    @GetMapping(CONTACTS + "/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String form,
            @RequestParam(defaultValue = "") String by,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String segment,
            HttpServletResponse response)
            throws IOException {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        WantedContacts wanted = Asked.of(by, q, list, segment).wanted();
        // What cannot be asked for is refused before the file begins.
        var ignored = listing.page(directory.id(), wanted, null, 1);
        listing.write(directory.id(), wanted, begin(response, "contacts", form), response.getOutputStream());
    }

    /** Begins a file; whether it is for a spreadsheet, which is told by its first bytes how to read it. */
    static boolean begin(HttpServletResponse response, String name, String form) throws IOException {
        boolean spreadsheet = form.equals("spreadsheet");
        response.setContentType("text/csv;charset=utf-8");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"%s%s.csv\"".formatted(name, spreadsheet ? "-spreadsheet" : ""));
        if (spreadsheet) {
            response.getOutputStream().write(BYTE_ORDER_MARK);
        }

        return spreadsheet;
    }

    @PostMapping(SEARCHES)
    ModelAndView start(
            Viewer viewer,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String by,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String segment) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        String search = searches.start(
                viewer.actor(), directory.id(), Asked.of(by, q, list, segment).question());
        return ConsolePages.goTo(address(directory, search));
    }

    private static String address(DirectoryView directory, String search) {
        return "/directories/" + directory.id() + "/contacts/searches/" + search;
    }

    /**
     * A search that reads all contacts.
     *
     * @param what what is searched for, in words
     */
    record SearchPage(
            String id,
            String address,
            String what,
            String compared,
            Live live,
            List<ContactRow> contacts,
            Pager pager) {}

    /**
     * How far it is.
     *
     * @param status in a word, which is a class of the style sheet too
     * @param percent null when it is over
     * @param read how much was read, in words
     * @param found how many were found, in words
     * @param goesOn whether it can be gone on with
     */
    record Live(
            String address,
            String word,
            String status,
            @Nullable Integer percent,
            String read,
            String found,
            boolean goesOn,
            boolean over) {}

    @GetMapping(SEARCH)
    ModelAndView search(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String search,
            @RequestParam(defaultValue = "") String after) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        SearchView view = searches.show(id, search);
        Some some = searches.found(id, search, Texts.given(after), MOST);
        String address = address(directory, search);
        return pages.inDirectory(
                "contacts/search",
                "Search for contacts",
                viewer,
                directory,
                new SearchPage(
                        id,
                        address,
                        "%s “%s”"
                                .formatted(
                                        title(view.question().by()),
                                        view.question().text()),
                        COMPARED.getOrDefault(view.question().by(), ""),
                        live(directory, view),
                        some.contacts().stream().map(ContactRow::of).toList(),
                        Pager.of(address, Map.of(), after, some.next())));
    }

    @GetMapping(SEARCH + "/live")
    ModelAndView live(Viewer viewer, @PathVariable String id, @PathVariable String search) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        return ConsolePages.part("contacts/live", live(directory, searches.show(id, search)));
    }

    private Live live(DirectoryView directory, SearchView view) {
        Count count = counts.of(directory.id());
        boolean over = view.state() != State.RUNNING || view.isSilent();
        String all = count == null ? "" : " of about " + Texts.number(count.contacts());
        return new Live(
                address(directory, view.id()),
                view.isSilent() ? "cut off" : view.state() == State.RUNNING ? "searching" : ended(view.state()),
                over ? view.state() == State.DONE ? "completed" : "stopped" : "running",
                over || count == null || count.contacts() == 0
                        ? null
                        : (int) Math.min(99, view.read() * 100 / count.contacts()),
                "%s%s contacts read.".formatted(Texts.number(view.read()), view.state() == State.DONE ? "" : all),
                "%s found%s.".formatted(Texts.number(view.found()), over ? "" : " so far"),
                view.isSilent() || view.state() == State.STOPPED,
                over);
    }

    private static String ended(State state) {
        return switch (state) {
            case DONE -> "completed";
            case FULL -> "ended: more than can be shown; search for more of the text";
            default -> "stopped";
        };
    }

    @PostMapping(SEARCH + "/{act:stop|resume}")
    ModelAndView act(Viewer viewer, @PathVariable String id, @PathVariable String search, @PathVariable String act) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        if (act.equals("stop")) {
            searches.stop(id, search);
        } else {
            searches.resume(id, search);
        }

        return ConsolePages.goTo(address(directory, search));
    }

    @GetMapping(SEARCH + "/{form:exact|spreadsheet}.csv")
    void downloadFound(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String search,
            @PathVariable String form,
            HttpServletResponse response)
            throws IOException {
        var ignored = seen.find(viewer, id, Role.ACCESS);
        var known = searches.show(id, search);
        searches.write(id, known.id(), begin(response, "contacts-found", form), response.getOutputStream());
    }
}
