package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.access.Scope;
import io.muster.app.ContactReading;
import io.muster.app.ContactWriting;
import io.muster.app.DatedContact;
import io.muster.dedup.SearchFilter;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The contacts of a directory. */
@RestController
@RequestMapping(V3Paths.DIRECTORY + "/contacts")
final class ContactsController {

    private final Doors doors;
    private final ContactReading contacts;
    private final ContactWriting writing;
    private final WireContacts wire;

    ContactsController(Doors doors, ContactReading contacts, ContactWriting writing, WireContacts wire) {
        this.doors = doors;
        this.contacts = contacts;
        this.writing = writing;
        this.wire = wire;
    }

    /** The id of what was made or found. */
    record Made(String id) {}

    /** What a search found. */
    record Hits(
            List<WireContacts.Hit> elements,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String skipToken) {}

    @GetMapping
    Envelope<V3Page<WireContacts.Listed>> list(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String includeEmbedded,
            PageAsk ask) {
        List<Contact> found =
                contacts.after(doors.directory(caller, directory), ask.number().orElse(0L), ask.size() + 1);
        boolean withEmbedded = isTrue(includeEmbedded);
        return Envelope.of(
                PageAsk.map(ask.page(found, Contact::number), contact -> wire.listed(contact, withEmbedded)));
    }

    static boolean isTrue(String parameter) {
        return parameter.strip().equalsIgnoreCase("true");
    }

    @PostMapping
    Envelope<Made> create(@Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, V3Body body) {
        Directory found = doors.directory(caller, directory);
        long number = writing.save(caller.actor(), found, ContactBody.required(body, ContactBody.optingOut(body)));
        return Envelope.of(new Made(contacts.id(found, number)));
    }

    @GetMapping("/{contact}")
    Envelope<WireContacts.Whole> show(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String contact,
            @RequestParam(defaultValue = "") String includeSegments) {
        Directory found = doors.directory(caller, directory);
        long number = doors.contact(found, contact);
        Map<String, String> segments = isTrue(includeSegments) ? contacts.segments(found, number) : null;
        return Envelope.of(wire.whole(contacts.record(found, number).orElseThrow(Doors::unknownContact), segments));
    }

    @PutMapping("/{contact}")
    Envelope<Void> update(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String contact,
            V3Body body) {
        Directory found = doors.directory(caller, directory);
        long number = doors.contact(found, contact);
        writing.change(caller.actor(), found, number, ContactBody.said(body, ContactBody.asSaid(body)));
        return Envelope.done();
    }

    @DeleteMapping("/{contact}")
    Envelope<Void> delete(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, @PathVariable String contact) {
        Directory found = doors.directory(caller, directory);
        writing.delete(caller.actor(), found, doors.contact(found, contact));
        return Envelope.done();
    }

    @GetMapping("/optedOutContacts")
    Envelope<V3Page<WireContacts.OptedOut>> optedOut(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @RequestParam(required = false) @Nullable String since,
            PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        List<DatedContact> some = contacts.optedOut(
                found, V3Dates.parameter("since", since), ask.number().orElse(0L), ask.size() + 1);
        return Envelope.of(PageAsk.map(ask.page(some, one -> one.contact().number()), wire::optedOut));
    }

    @PostMapping("/search")
    Envelope<Hits> search(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String includeEmbedded,
            @RequestParam(defaultValue = "") String includeSegments,
            PageAsk ask,
            V3Body body) {
        Directory found = doors.directory(caller, directory);
        JsonNode asked = body.node().get("filter");
        SearchFilter filter =
                new SearchReader(new FieldRules(found.settings().region()), id -> contacts.list(found, id)).read(asked);
        PageAsk page = ask.of(asked.toString());
        List<Contact> some = contacts.search(found, filter, page.number().orElse(0L), page.size());
        boolean withEmbedded = isTrue(includeEmbedded);
        boolean withSegments = isTrue(includeSegments);
        List<WireContacts.Hit> hits = contacts.dated(found, some).stream()
                .map(contact -> wire.hit(
                        contact,
                        withEmbedded,
                        withSegments
                                ? contacts.segments(found, contact.contact().number())
                                : null))
                .toList();
        boolean isFull = some.size() == page.size();
        return Envelope.of(
                new Hits(hits, isFull ? page.token(Long.toString(some.getLast().number())) : null));
    }
}
