package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.ContactReading;
import io.muster.app.ContactWriting;
import io.muster.app.ContactWriting.Said;
import io.muster.app.DatedContact;
import io.muster.app.ListService;
import io.muster.app.OwnedList;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.OptOut;
import io.muster.directory.store.ListMembers.Member;
import io.muster.directory.store.MailingLists.Whose;
import io.muster.support.Ids;
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

/** The mailing lists of a directory and their members. */
@RestController
@RequestMapping(V3Paths.DIRECTORY + "/mailinglists")
final class ListsController {

    private static final int LONGEST_OWNER = 100;

    private final Doors doors;
    private final ListService lists;
    private final ContactReading contacts;
    private final ContactWriting writing;
    private final WireContacts wire;
    private final Ids ids;

    ListsController(
            Doors doors,
            ListService lists,
            ContactReading contacts,
            ContactWriting writing,
            WireContacts wire,
            Ids ids) {
        this.doors = doors;
        this.lists = lists;
        this.contacts = contacts;
        this.writing = writing;
        this.wire = wire;
        this.ids = ids;
    }

    /** A list. */
    record Listed(
            String mailingListId,
            String name,
            String ownerId,
            long creationDate,
            long lastModifiedDate,
            long contactCount) {}

    /** The ids of a contact and of its membership. */
    record Joined(String id, String contactLookupId) {}

    private Listed listed(OwnedList list) {
        return new Listed(
                list.list().id(),
                list.list().name(),
                wire.owner(list.owner()),
                list.list().createdAt(),
                list.modifiedAt(),
                list.members());
    }

    @GetMapping
    Envelope<V3Page<Listed>> list(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @RequestParam(defaultValue = "") String ownerId,
            PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        List<OwnedList> some = lists.inOrder(
                found, whose(ownerId.strip()), ask.number().orElse(0L).intValue(), ask.size() + 1);
        return Envelope.of(PageAsk.map(ask.page(some, one -> one.list().number()), this::listed));
    }

    private Whose whose(String owner) {
        if (owner.isEmpty()) {
            return Whose.ANYBODYS;
        }

        return new Whose(false, owner.equals(wire.owner(null)) ? null : owner);
    }

    @PostMapping
    Envelope<ContactsController.Made> create(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, V3Body body) {
        Directory found = doors.directory(caller, directory);
        String owner =
                body.text("ownerId").orElseGet(() -> ids.user(caller.token().id()));
        if (owner.codePointCount(0, owner.length()) > LONGEST_OWNER) {
            throw V3Exception.badField("ownerId", "has more than " + LONGEST_OWNER + " characters");
        }

        MailingList made = lists.create(caller.actor(), found, name(body), owner);
        return Envelope.of(new ContactsController.Made(made.id()));
    }

    private static String name(V3Body body) {
        return body.text("name").orElseThrow(() -> V3Exception.badField("name", "is missing or blank"));
    }

    @GetMapping("/{list}")
    Envelope<Listed> show(@Needs(Scope.READ) Caller caller, @PathVariable String directory, @PathVariable String list) {
        MailingList found = doors.list(doors.directory(caller, directory), list);
        return Envelope.of(lists.owned(found).map(this::listed).orElseThrow(Doors::unknownList));
    }

    @PutMapping("/{list}")
    Envelope<Void> rename(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            V3Body body) {
        Directory found = doors.directory(caller, directory);
        MailingList named = doors.list(found, list);
        var ignored = lists.rename(caller.actor(), found.id(), named.id(), name(body));
        return Envelope.done();
    }

    @DeleteMapping("/{list}")
    Envelope<Void> delete(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, @PathVariable String list) {
        Directory found = doors.directory(caller, directory);
        var ignored =
                lists.delete(caller.actor(), found.id(), doors.list(found, list).id());
        return Envelope.done();
    }

    @GetMapping("/{list}/contacts")
    Envelope<V3Page<WireContacts.OfList>> members(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @RequestParam(defaultValue = "") String includeEmbedded,
            @PageSize(50) PageAsk ask) {
        MailingList found = doors.list(doors.directory(caller, directory), list);
        List<Member> some = contacts.members(found, ask.number().orElse(0L), ask.size() + 1);
        boolean withEmbedded = ContactsController.isTrue(includeEmbedded);
        return Envelope.of(PageAsk.map(
                ask.page(some, one -> one.contact().number()), member -> wire.ofList(found, member, withEmbedded)));
    }

    @PostMapping("/{list}/contacts")
    Envelope<Joined> add(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            V3Body body) {
        Directory found = doors.directory(caller, directory);
        MailingList of = doors.list(found, list);
        Map<String, String> own = body.texts("privateEmbeddedData");
        OptOut optOut = ContactBody.optingOut(body);
        long number = writing.save(caller.actor(), found, ContactBody.required(body, OptOut.UNSAID));
        writing.join(caller.actor(), found, number, of, own, optOut);
        return Envelope.of(new Joined(contacts.id(found, number), ids.lookup(of.number(), number)));
    }

    @GetMapping("/{list}/contacts/{contact}")
    Envelope<WireContacts.WholeOfList> member(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String contact) {
        Directory found = doors.directory(caller, directory);
        MailingList of = doors.list(found, list);
        Member member = contacts.member(of, doors.contact(found, contact)).orElseThrow(ListsController::noMember);
        Long optedOutAt =
                contacts.dated(found, List.of(member.contact())).getFirst().optedOutAt();
        return Envelope.of(wire.wholeOfList(of, member, optedOutAt));
    }

    private static V3Exception noMember() {
        return V3Exception.notFound(
                "UNKNOWN_CONTACT", "Cannot use the contact: it is not on the list. Add it to the list first.");
    }

    @PutMapping("/{list}/contacts/{contact}")
    Envelope<Void> change(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String contact,
            V3Body body) {
        Directory found = doors.directory(caller, directory);
        MailingList of = doors.list(found, list);
        long number = contacts.member(of, doors.contact(found, contact))
                .orElseThrow(ListsController::noMember)
                .contact()
                .number();
        Said said = ContactBody.said(body, OptOut.UNSAID);
        Map<String, String> own = body.texts("privateEmbeddedData");
        OptOut optOut = ContactBody.asSaid(body);
        writing.change(caller.actor(), found, number, said);
        if (!own.isEmpty() || optOut != OptOut.UNSAID) {
            writing.join(caller.actor(), found, number, of, own, optOut);
        }

        return Envelope.done();
    }

    @DeleteMapping("/{list}/contacts/{contact}")
    Envelope<Void> leave(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String contact) {
        Directory found = doors.directory(caller, directory);
        MailingList of = doors.list(found, list);
        if (!writing.leave(caller.actor(), found, doors.contact(found, contact), of)) {
            throw noMember();
        }

        return Envelope.done();
    }

    @GetMapping("/{list}/optedOutContacts")
    Envelope<V3Page<WireContacts.OptedOut>> optedOut(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @RequestParam(required = false) @Nullable String since,
            PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        MailingList of = doors.list(found, list);
        List<Member> some = contacts.optedOut(
                of, V3Dates.parameter("since", since), ask.number().orElse(0L), ask.size() + 1);
        V3Page<Member> page = ask.page(some, one -> one.contact().number());
        List<DatedContact> dated = contacts.dated(
                found, page.elements().stream().map(Member::contact).toList());
        return Envelope.of(new V3Page<>(dated.stream().map(wire::optedOut).toList(), page.nextPage()));
    }

    @GetMapping("/{list}/bouncedContacts")
    Envelope<V3Page<WireContacts.OptedOut>> bounced(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @RequestParam(required = false) @Nullable String since,
            PageAsk ask) {
        MailingList ignored = doors.list(doors.directory(caller, directory), list);
        V3Dates.check("since", since);
        // Bounces are not recorded.
        return Envelope.of(ask.page(List.of(), (String) null));
    }
}
