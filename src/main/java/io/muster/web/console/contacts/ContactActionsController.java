package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.ContactDetails.Membership;
import io.muster.app.ContactPatch;
import io.muster.app.ContactProfiles;
import io.muster.app.ContactService;
import io.muster.app.ContactTraces;
import io.muster.app.ContactsChange;
import io.muster.app.DirectoryView;
import io.muster.app.ListService;
import io.muster.app.ListView;
import io.muster.app.TestingService;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import io.muster.directory.store.ContactView;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What is done with one contact: changed, opted out, put on lists, deleted. {@code GET} says what will happen. */
@Controller
final class ContactActionsController {

    private static final String ONE = ContactController.ONE;
    private static final String EMBEDDED = "embedded.";
    private static final int NEW_NAMES = 3;

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final ContactProfiles profiles;
    private final ContactService contacts;
    private final ListService lists;
    private final TestingService tests;

    ContactActionsController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactProfiles profiles,
            ContactService contacts,
            ListService lists,
            TestingService tests) {
        this.pages = pages;
        this.seen = seen;
        this.profiles = profiles;
        this.contacts = contacts;
        this.lists = lists;
        this.tests = tests;
    }

    /** A contact that is to be changed. */
    private record Meant(DirectoryView directory, ContactView contact) {

        String id() {
            return contact.contactId();
        }

        String name() {
            return ContactRow.name(id(), contact.firstName(), contact.lastName());
        }

        String address() {
            return ContactController.address(directory, id());
        }
    }

    private Meant meant(Viewer viewer, String id, String contact) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        return new Meant(directory, profiles.alone(profiles.find(id, contact)));
    }

    /**
     * The form.
     *
     * @param version when the contact was changed last, as the form was made
     * @param fields every field
     * @param embedded embedded data that is there
     * @param added embedded data to be added
     */
    record EditPage(
            String address,
            String version,
            List<Entry> fields,
            List<Entry> embedded,
            List<Added> added,
            List<String> rules,
            List<Problem> problems) {}

    /**
     * A value to be changed.
     *
     * @param at the id of the field in the page
     * @param name what the form sends
     */
    record Entry(String at, String name, String label, String value, boolean wrong) {}

    /** A name and a value to be added. */
    record Added(int at, String name, String value, boolean wrong) {}

    @GetMapping(ONE + "/edit")
    ModelAndView edit(Viewer viewer, @PathVariable String id, @PathVariable String contact) {
        Meant meant = meant(viewer, id, contact);
        return edit(viewer, meant, entered(meant.contact()), List.of(), HttpStatus.OK);
    }

    /** What the form holds before anything is entered. */
    private static Map<String, String> entered(ContactView view) {
        Map<String, String> entered = new LinkedHashMap<>();
        ContactField.ALL.forEach(field -> entered.put(field.key(), Objects.requireNonNullElse(value(view, field), "")));
        view.embeddedData().forEach((name, value) -> entered.put(EMBEDDED + name, value));
        entered.put("version", view.lastModified());
        return entered;
    }

    private static @Nullable String value(ContactView view, ContactField field) {
        return switch (field) {
            case FIRST_NAME -> view.firstName();
            case LAST_NAME -> view.lastName();
            case EMAIL -> view.email();
            case PHONE -> view.phone();
            case EXT_REF -> view.extRef();
            case LANGUAGE -> view.language();
        };
    }

    private ModelAndView edit(
            Viewer viewer, Meant meant, Map<String, String> entered, List<Problem> problems, HttpStatus status) {
        List<Entry> fields = new ArrayList<>();
        for (ContactField field : ContactField.ALL) {
            fields.add(entry(field.key(), field.key(), entered, problems));
        }

        List<Entry> embedded = new ArrayList<>();
        for (String name : meant.contact().embeddedData().keySet()) {
            embedded.add(entry("embedded" + embedded.size(), EMBEDDED + name, entered, problems));
        }

        List<Added> added = new ArrayList<>();
        for (int i = 0; i < NEW_NAMES; i++) {
            added.add(new Added(
                    i,
                    entered.getOrDefault("name" + i, ""),
                    entered.getOrDefault("value" + i, ""),
                    Problem.at(problems, "name" + i) || Problem.at(problems, "value" + i)));
        }

        return pages.inDirectory(
                "contacts/edit",
                "Edit " + meant.name(),
                viewer,
                meant.directory(),
                new EditPage(
                        meant.address(),
                        entered.getOrDefault("version", ""),
                        fields,
                        embedded,
                        added,
                        meant.directory().rules().stream()
                                .map(rule -> String.join(" + ", rule))
                                .toList(),
                        problems),
                status);
    }

    private static Entry entry(String at, String name, Map<String, String> entered, List<Problem> problems) {
        return new Entry(
                at, name, ContactController.label(name), entered.getOrDefault(name, ""), Problem.at(problems, at));
    }

    @PostMapping(ONE + "/edit")
    ModelAndView edited(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @RequestParam MultiValueMap<String, String> form) {
        Meant meant = meant(viewer, id, contact);
        ContactView before = meant.contact();
        Map<String, String> entered = new LinkedHashMap<>(form.toSingleValueMap());
        if (!before.lastModified().equals(entered.get("version"))) {
            entered.put("version", before.lastModified());
            return edit(
                    viewer,
                    meant,
                    entered,
                    List.of(new Problem(
                            "",
                            "The contact was changed meanwhile. Nothing of this was saved; compare with its page,"
                                    + " and save again.")),
                    HttpStatus.CONFLICT);
        }

        Map<String, String> values = new LinkedHashMap<>();
        Set<String> cleared = new LinkedHashSet<>();
        Map<String, String> places = new LinkedHashMap<>();
        entered(before).forEach((name, value) -> {
            @Nullable String wanted = name.equals("version") ? null : entered.get(name);
            if (wanted != null && !wanted.strip().equals(value.strip())) {
                if (wanted.isBlank()) {
                    cleared.add(name);
                } else {
                    values.put(name, wanted);
                }
            }
        });
        int place = 0;
        for (String name : before.embeddedData().keySet()) {
            places.put(EMBEDDED + name, "embedded" + place++);
        }

        for (int i = 0; i < NEW_NAMES; i++) {
            String name = entered.getOrDefault("name" + i, "").strip();
            String value = entered.getOrDefault("value" + i, "");
            if (!name.isEmpty() || !value.isBlank()) {
                values.put(EMBEDDED + name, value);
                places.put(EMBEDDED + name, name.isEmpty() ? "name" + i : "value" + i);
            }
        }

        try {
            var ignored = contacts.update(new ContactPatch(viewer.actor(), meant.id(), values, cleared));
            return ConsolePages.goTo(meant.address());
        } catch (Refusal refusal) {
            String field = Objects.requireNonNullElse(refusal.arguments().get("field"), "");
            return edit(
                    viewer,
                    meant,
                    entered,
                    List.of(new Problem(
                            refusal.code().equals("REFERENCE_TAKEN") ? "extRef" : places.getOrDefault(field, field),
                            refusal.getMessage())),
                    HttpStatus.BAD_REQUEST);
        }
    }

    @GetMapping(ONE + "/{act:opt-out|opt-in}")
    ModelAndView optOut(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @PathVariable String act,
            @RequestParam(defaultValue = "") String list) {
        Meant meant = meant(viewer, id, contact);
        boolean out = act.equals("opt-out");
        Membership of = list.isBlank() ? null : membership(meant, list);
        String from = of == null ? "the directory" : "the list “" + of.name() + "”";
        List<String> effects = out
                ? List.of(
                        "%s opts out of %s.".formatted(meant.name(), from),
                        "Email and SMS pass the contact over from then on; intercepts on websites and in apps do not.",
                        "Imports lift the opt-out only where their job says so.")
                : List.of(
                        "The opt-out of %s from %s is lifted.".formatted(meant.name(), from),
                        "Do so only when the person has asked for it.");
        return pages.confirm(
                (out ? "Opt out " : "Opt in ") + meant.name(),
                viewer,
                meant.directory(),
                new Confirmation(
                        effects,
                        meant.address() + "/" + act,
                        List.of(Field.hidden("list", list)),
                        out ? "Opt out" : "Opt in",
                        meant.address()));
    }

    private Membership membership(Meant meant, String list) {
        return profiles.lists(meant.id()).stream()
                .filter(one -> one.id().equals(list))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("NOT_ON_LIST", "The contact is on no list " + list + "."));
    }

    @PostMapping(ONE + "/{act:opt-out|opt-in}")
    ModelAndView optedOut(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @PathVariable String act,
            @RequestParam(defaultValue = "") String list) {
        Meant meant = meant(viewer, id, contact);
        String of = list.isBlank() ? null : membership(meant, list).id();
        var ignored = contacts.optOut(
                new ContactsChange(viewer.actor(), List.of(meant.id()), of),
                act.equals("opt-out") ? OptOut.OUT : OptOut.LIFTED);
        return ConsolePages.goTo(meant.address());
    }

    @PostMapping(ONE + "/join")
    ModelAndView join(Viewer viewer, @PathVariable String id, @PathVariable String contact, @RequestParam String list) {
        Meant meant = meant(viewer, id, contact);
        ListView of = lists.show(id, list);
        var ignored = contacts.join(new ContactsChange(viewer.actor(), List.of(meant.id()), of.id()), Map.of());
        return ConsolePages.goTo(meant.address());
    }

    @GetMapping(ONE + "/leave")
    ModelAndView leave(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @RequestParam(defaultValue = "") String list) {
        Meant meant = meant(viewer, id, contact);
        Membership of = membership(meant, list);
        List<String> effects = new ArrayList<>();
        effects.add(
                "%s is not on the list “%s” any more, and stays in the directory.".formatted(meant.name(), of.name()));
        if (!of.embeddedData().isEmpty()) {
            effects.add("What the list holds of the contact goes: %s.".formatted(of.embeddedData()));
        }

        if (of.unsubscribed()) {
            effects.add("Its opt-out of the list goes too: an import may put the contact on the list again.");
        }

        return pages.confirm(
                "Remove %s from %s".formatted(meant.name(), of.name()),
                viewer,
                meant.directory(),
                new Confirmation(
                        effects,
                        meant.address() + "/leave",
                        List.of(Field.hidden("list", of.id())),
                        "Remove from list",
                        meant.address()));
    }

    @PostMapping(ONE + "/leave")
    ModelAndView left(Viewer viewer, @PathVariable String id, @PathVariable String contact, @RequestParam String list) {
        Meant meant = meant(viewer, id, contact);
        var ignored = contacts.leave(new ContactsChange(
                viewer.actor(), List.of(meant.id()), lists.show(id, list).id()));
        return ConsolePages.goTo(meant.address());
    }

    @GetMapping(ONE + "/{act:reset-counters|restore-counters}")
    ModelAndView counters(
            Viewer viewer, @PathVariable String id, @PathVariable String contact, @PathVariable String act) {
        Meant meant = meant(viewer, id, contact);
        String reference = reference(meant);
        boolean reset = act.equals("reset-counters");
        return pages.confirm(
                (reset ? "Reset test counters of " : "Restore counters of ") + meant.name(),
                viewer,
                meant.directory(),
                new Confirmation(
                        reset
                                ? List.of(
                                        "No touchpoint that is known now counts for the frequency of %s, reference %s."
                                                .formatted(meant.name(), reference),
                                        "It may be shown intercepts and be written to at once, unless a rule forbids it always.",
                                        "Its timeline stays as it is; “Restore counters” takes this back.")
                                : List.of("Every touchpoint of %s counts again, as if nothing had been reset."
                                        .formatted(meant.name())),
                        meant.address() + "/" + act,
                        List.of(),
                        reset ? "Reset test counters" : "Restore counters",
                        meant.address()));
    }

    private static String reference(Meant meant) {
        String reference = meant.contact().extRef();
        if (reference == null) {
            throw Refusal.conflict(
                    "NO_REFERENCE", "Cannot reset the counters: the contact has no reference. Give it one first.");
        }

        return reference;
    }

    @PostMapping(ONE + "/{act:reset-counters|restore-counters}")
    ModelAndView countersChanged(
            Viewer viewer, @PathVariable String id, @PathVariable String contact, @PathVariable String act) {
        Meant meant = meant(viewer, id, contact);
        var ignored = act.equals("reset-counters")
                ? tests.reset(viewer.actor(), id, reference(meant))
                : tests.restore(viewer.actor(), id, reference(meant));
        return ConsolePages.goTo(meant.address());
    }

    @GetMapping(ONE + "/delete")
    ModelAndView delete(Viewer viewer, @PathVariable String id, @PathVariable String contact) {
        Meant meant = meant(viewer, id, contact);
        ContactTraces traces = contacts.previewDelete(List.of(meant.id())).getFirst();
        return pages.confirm(
                "Delete " + meant.name(),
                viewer,
                meant.directory(),
                new Confirmation(
                        List.of(
                                "%s goes from the directory, from its lists (%s) and from every segment."
                                        .formatted(meant.name(), Texts.number(traces.lists())),
                                "With it go: touchpoints %s, transactions %s, responses %s."
                                        .formatted(
                                                Texts.number(traces.touchpoints()),
                                                Texts.number(traces.transactions()),
                                                Texts.number(traces.responses())),
                                "It does not come back; an import that holds it makes a new contact."),
                        meant.address() + "/delete",
                        List.of(Field.hidden("version", meant.contact().lastModified())),
                        "Delete contact",
                        meant.address()));
    }

    @PostMapping(ONE + "/delete")
    ModelAndView deleted(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String contact,
            @RequestParam(defaultValue = "") String version) {
        Meant meant = meant(viewer, id, contact);
        if (!meant.contact().lastModified().equals(version)) {
            throw Refusal.conflict(
                    "CONTACT_CHANGED",
                    "Cannot delete the contact: it was changed since its page was looked at. Look at it again; nothing was"
                            + " deleted.");
        }

        var ignored = contacts.delete(viewer.actor(), List.of(meant.id()));
        return ConsolePages.goTo("/directories/" + id + "/contacts");
    }
}
