package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.ContactDetails.Membership;
import io.muster.app.ContactHistory;
import io.muster.app.ContactLineage;
import io.muster.app.ContactLineage.By;
import io.muster.app.ContactListing;
import io.muster.app.ContactProfile;
import io.muster.app.ContactProfile.Stay;
import io.muster.app.ContactProfiles;
import io.muster.app.DirectoryView;
import io.muster.app.LineageService;
import io.muster.app.ListService;
import io.muster.app.Page;
import io.muster.app.PastValues;
import io.muster.app.TimelineEntry;
import io.muster.app.TimelineFilter;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.store.ContactView;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/** {@code …/contacts/CID_…}: one contact: what is known of it, where that comes from, and what happened. */
@Controller
final class ContactController {

    /** The address of a contact. */
    static final String ONE = DirectoriesController.ONE + "/contacts/{contact:CID_[A-Za-z0-9]+}";

    private static final int EVENTS = 50;
    private static final int EXPORTED = 1_000;
    private static final String EMBEDDED = "embedded.";
    private static final List<String> KINDS = List.of("touchpoint", "transaction", "response", "segment", "merge");

    private static final Map<String, String> LABELS = Map.of(
            "firstName", "First name",
            "lastName", "Last name",
            "email", "Email",
            "phone", "Phone",
            "extRef", "Reference",
            "language", "Language",
            "unsubscribed", "Opted out of the directory");

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final ContactProfiles profiles;
    private final ContactHistory history;
    private final LineageService lineage;
    private final PastValues past;
    private final ContactListing listing;
    private final ListService lists;
    private final EligibilityPart eligibility;
    private final JsonMapper json;

    ContactController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactProfiles profiles,
            ContactHistory history,
            LineageService lineage,
            PastValues past,
            ContactListing listing,
            ListService lists,
            EligibilityPart eligibility,
            JsonMapper json) {
        this.pages = pages;
        this.seen = seen;
        this.profiles = profiles;
        this.history = history;
        this.lineage = lineage;
        this.past = past;
        this.listing = listing;
        this.lists = lists;
        this.eligibility = eligibility;
        this.json = json;
    }

    /**
     * A contact.
     *
     * @param address of this page
     * @param merged the id that led here and is of a contact that was merged into this one; null when it is its own
     * @param fields the fields that have a value
     * @param joinable lists that the viewer may put it on
     * @param kinds what the timeline can be narrowed to
     * @param was whether the history says what values were before; that is looked up for who asks for it
     * @param needs the role that changing needs; null when the viewer has it
     * @param counters whether its counters can be reset: tests find it by its reference
     */
    record ContactPage(
            String directory,
            String id,
            String address,
            @Nullable String merged,
            boolean optedOut,
            boolean test,
            List<Value> fields,
            List<Value> embedded,
            List<OnList> lists,
            List<Choice> joinable,
            List<InSegment> segments,
            List<InSegment> left,
            EligibilityPart.Now eligibility,
            List<Choice> kinds,
            List<Choice> channels,
            boolean filtered,
            List<Event> timeline,
            Pager pager,
            List<Origin> history,
            boolean was,
            List<Link> twins,
            Moment created,
            Moment modified,
            @Nullable String needs,
            boolean counters) {}

    /** A value with its name. */
    record Value(String name, String text) {}

    /** A list that it is on. */
    record OnList(String id, String name, Moment since, boolean optedOut, String own) {}

    /**
     * A segment.
     *
     * @param since since when it is in it, or is not any more; null when that is not known
     */
    record InSegment(String id, String name, @Nullable Moment since) {}

    /**
     * Something that happened.
     *
     * @param links what it leads to
     */
    record Event(Moment at, String kind, String text, List<Value> details, List<Link> links) {}

    /** A link. */
    record Link(String name, String address) {}

    /**
     * Where a value comes from.
     *
     * @param value empty for one that was emptied
     * @param was what it was before the run; empty for none, null when that is not known
     * @param by how it came, in words
     * @param run null when it came by no run
     */
    record Origin(
            String field,
            String value,
            @Nullable String was,
            String by,
            @Nullable String run,
            String file,
            String row,
            @Nullable Moment at) {}

    @GetMapping(ONE)
    ModelAndView show(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String channel,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "") String merged,
            @RequestParam(defaultValue = "false") boolean was) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        String there = profiles.find(id, contact);
        if (!there.equals(contact)) {
            return ConsolePages.goTo(address(directory, there) + "?merged=" + contact);
        }

        ContactProfile profile = profiles.show(there);
        ContactView view = profile.contact();
        ZoneId zone = ZoneId.of(directory.timeZone());
        String address = address(directory, there);
        TimelineFilter filter = new TimelineFilter(known(kind, KINDS), known(channel, channels()));
        Page<TimelineEntry> events = history.timeline(there, filter, Texts.given(after), EVENTS);
        ContactLineage origins = lineage.of(there);
        Map<String, String> before = was ? past.of(there, origins) : Map.of();
        return pages.inDirectory(
                "contacts/contact",
                ContactRow.name(there, view.firstName(), view.lastName()),
                viewer,
                directory,
                new ContactPage(
                        id,
                        there,
                        address,
                        isMerged(id, merged, there) ? merged : null,
                        view.unsubscribed(),
                        profile.test(),
                        fields(view),
                        view.embeddedData().entrySet().stream()
                                .map(entry -> new Value(entry.getKey(), entry.getValue()))
                                .toList(),
                        profile.lists().stream().map(one -> onList(one, zone)).toList(),
                        viewer.can(Role.MANAGE) ? joinable(id, view) : List.of(),
                        profile.segments().stream()
                                .map(one -> segment(one, zone))
                                .toList(),
                        profile.left().stream().map(one -> segment(one, zone)).toList(),
                        eligibility.now(directory, there, view.unsubscribed()),
                        choices(KINDS, kind),
                        choices(channels(), channel),
                        !(kind + channel + after).isBlank(),
                        events.items().stream()
                                .map(entry -> event(directory, entry, zone))
                                .toList(),
                        Pager.of(address, parameters(kind, channel), after, events.next()),
                        origins.fields().stream()
                                .map(value -> origin(value, before.get(value.field()), zone))
                                .toList(),
                        was,
                        profile.twins().stream()
                                .map(twin -> new Link(
                                        ContactRow.name(
                                                twin.id(),
                                                twin.contact().firstName(),
                                                twin.contact().lastName()),
                                        address(directory, twin.id())))
                                .toList(),
                        Texts.moment(Instant.parse(view.creationDate()), zone),
                        Texts.moment(Instant.parse(view.lastModified()), zone),
                        viewer.can(Role.MANAGE) ? null : Role.MANAGE.title(),
                        view.extRef() != null));
    }

    private boolean isMerged(String directory, String merged, String there) {
        // Only what is true is said, whoever made the address.
        return !merged.isBlank() && !merged.equals(there) && profiles.leadsTo(directory, merged, there);
    }

    static String address(DirectoryView directory, String contact) {
        return "/directories/" + directory.id() + "/contacts/" + contact;
    }

    private static Map<String, String> parameters(String kind, String channel) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("kind", kind);
        parameters.put("channel", channel);
        return parameters;
    }

    private static @Nullable String known(String word, List<String> words) {
        return words.contains(word) ? word : null;
    }

    private static List<String> channels() {
        return Arrays.stream(TouchpointChannel.values())
                .map(TouchpointChannel::word)
                .toList();
    }

    private static List<Choice> choices(List<String> words, String chosen) {
        return words.stream()
                .map(word -> new Choice(word, word, word.equals(chosen)))
                .toList();
    }

    private static List<Value> fields(ContactView view) {
        List<Value> fields = new ArrayList<>();
        add(fields, "firstName", view.firstName());
        add(fields, "lastName", view.lastName());
        add(fields, "email", view.email());
        add(fields, "phone", view.phone());
        add(fields, "extRef", view.extRef());
        add(fields, "language", view.language());
        if (!view.aliases().isEmpty()) {
            fields.add(new Value("References taken over by merges", String.join(", ", view.aliases())));
        }

        add(fields, "unsubscribed", view.unsubscribed() ? "yes" : "no");
        return fields;
    }

    private static void add(List<Value> fields, String key, @Nullable String value) {
        if (value != null) {
            fields.add(new Value(label(key), value));
        }
    }

    /** What people call a field. */
    static String label(String key) {
        return LABELS.getOrDefault(key, key.startsWith(EMBEDDED) ? key.substring(EMBEDDED.length()) : key);
    }

    private static OnList onList(Membership one, ZoneId zone) {
        return new OnList(
                one.id(),
                one.name(),
                Texts.moment(one.joined(), zone),
                one.unsubscribed(),
                one.embeddedData().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private List<Choice> joinable(String directory, ContactView view) {
        return lists.all(directory).stream()
                .filter(list -> !view.lists().contains(list.id()))
                .limit(ContactsController.CHOICES)
                .map(list -> new Choice(list.id(), list.name(), false))
                .toList();
    }

    private static InSegment segment(Stay stay, ZoneId zone) {
        Instant since = stay.since();
        return new InSegment(stay.id(), stay.name(), since == null ? null : Texts.moment(since, zone));
    }

    private Event event(DirectoryView directory, TimelineEntry entry, ZoneId zone) {
        Map<String, Object> detail = new LinkedHashMap<>(entry.detail());
        List<Link> links = new ArrayList<>();
        Object run = detail.remove("run");
        if (run != null) {
            links.add(new Link(run.toString(), "/runs/" + run));
        }

        String text = switch (entry.type()) {
            case "touchpoint" -> taken(detail, "channel") + " " + taken(detail, "kind");
            case "transaction" -> "transaction " + taken(detail, detail.containsKey("id") ? "id" : "transactionId");
            case "merge" -> {
                String merge = taken(detail, "merge");
                links.add(new Link(merge, "/directories/" + directory.id() + "/merges/" + merge));
                yield "merge of %s other contacts, %s"
                        .formatted(
                                taken(detail, "absorbed"),
                                taken(detail, "state").toLowerCase(Locale.ROOT));
            }
            case "segment" -> {
                detail.remove("segment");
                yield "segment " + taken(detail, "name") + " " + taken(detail, "change");
            }
            default -> entry.type() + " " + detail.getOrDefault("id", "");
        };
        return new Event(Texts.moment(entry.time(), zone), entry.type(), text, details(detail), links);
    }

    private static String taken(Map<String, Object> detail, String name) {
        return String.valueOf(detail.remove(name));
    }

    private static List<Value> details(Map<String, Object> detail) {
        return detail.entrySet().stream()
                .flatMap(entry -> entry.getValue() instanceof Map<?, ?> inner
                        ? inner.entrySet().stream()
                                .map(one -> new Value(String.valueOf(one.getKey()), text(one.getValue())))
                        : Stream.of(new Value(entry.getKey(), text(entry.getValue()))))
                .toList();
    }

    private static String text(@Nullable Object value) {
        return value instanceof List<?> several
                ? several.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }

    private static Origin origin(ContactLineage.Value value, @Nullable String was, ZoneId zone) {
        Long row = value.row();
        Instant at = value.at();
        String source = value.source();
        return new Origin(
                label(value.field()),
                Objects.requireNonNullElse(value.value(), ""),
                was,
                value.by() == By.IMPORT
                        ? "import" + (source == null ? "" : ", source " + source)
                        : value.by() == By.EDIT
                                ? "edit by " + Objects.requireNonNullElse(value.actor(), "somebody")
                                : "before records were kept",
                value.run(),
                Objects.requireNonNullElse(value.file(), ""),
                row == null ? "" : Texts.number(row),
                at == null ? null : Texts.moment(at, zone));
    }

    /** All that is known of the person, as a file of its own. */
    @GetMapping(ONE + "/contact.json")
    void exportJson(Viewer viewer, @PathVariable String id, @PathVariable String contact, HttpServletResponse response)
            throws IOException {
        var ignored = seen.find(viewer, id, Role.ACCESS);
        String there = profiles.find(id, contact);
        List<TimelineEntry> timeline = new ArrayList<>();
        @Nullable String after = null;
        do {
            Page<TimelineEntry> some = history.timeline(there, TimelineFilter.ALL, after, EXPORTED);
            timeline.addAll(some.items());
            after = some.next();
        } while (after != null);
        ContactProfile profile = profiles.show(there);
        response.setContentType("application/json");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + there + ".json\"");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("contact", profile.contact());
        all.put("lists", profile.lists());
        all.put("segments", profile.segments());
        all.put("timeline", timeline);
        all.put("lineage", lineage.of(there).fields());
        json.writeValue(response.getOutputStream(), all);
    }

    @GetMapping(ONE + "/{form:exact|spreadsheet}.csv")
    void exportCsv(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @PathVariable String form,
            HttpServletResponse response)
            throws IOException {
        var ignored = seen.find(viewer, id, Role.ACCESS);
        String there = profiles.find(id, contact);
        listing.writeOne(id, there, ContactsController.begin(response, there, form), response.getOutputStream());
    }
}
