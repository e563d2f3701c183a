package io.muster.app;

import io.muster.dedup.ContactChange;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.MailingList;
import io.muster.directory.OptOut;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.ContactView;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.Timeline;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Single contacts: found, counted, written out, and edited by the rules of imports. */
public final class ContactService {

    private final Directories directories;
    private final Contacts contacts;
    private final MailingLists lists;
    private final ContactLists memberships;
    private final Timeline timeline;
    private final IdentityRules rules;
    private final ContactEdits edits;
    private final ContactSearch search;
    private final ContactExport export;
    private final Ids ids;

    ContactService(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            ContactLists memberships,
            Timeline timeline,
            IdentityRules rules,
            ContactEdits edits,
            ContactSearch search,
            ContactExport export,
            Ids ids) {
        this.ids = ids;
        this.directories = directories;
        this.contacts = contacts;
        this.lists = lists;
        this.memberships = memberships;
        this.timeline = timeline;
        this.rules = rules;
        this.edits = edits;
        this.search = search;
        this.export = export;
    }

    /** A contact. */
    public ContactView get(String id) {
        return contacts.view(contacts.find(id));
    }

    /** How many contacts a directory, or one of its lists, has. */
    public long count(String directory, @Nullable String list) {
        Directory found = directories.find(directory);
        return list == null
                ? contacts.count(found.number())
                : lists.size(lists.find(found.number(), list)).members();
    }

    /** Writes the contacts of a directory, or of one of its lists, and leaves the stream open; the result is their number. */
    public long export(String directory, @Nullable String list, ContactExport.Format format, OutputStream out)
            throws IOException {
        Directory found = directories.find(directory);
        MailingList of = list == null ? null : lists.find(found.number(), list);
        return export.write(found.number(), of, format, out);
    }

    /** Whether a search is served by an index; else it reads all contacts until it has found enough. */
    public boolean isIndexed(String directory, ContactQuery query) {
        return search.isIndexed(directories.find(directory), query);
    }

    /**
     * Contacts by one value, in the order of their making.
     *
     * @param after the id of the last contact of the page before; null for the first page
     */
    public Page<ContactView> search(String directory, ContactQuery query, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        long from = after == null ? 0 : numberIn(found, after);
        return Page.of(search.find(found, query, from, most + 1), most, Contact::id)
                .map(contacts::view);
    }

    private long numberIn(Directory directory, String id) {
        long contact = ids.read(PublicId.CONTACT, id.strip()).orElse(-1);
        if (contact < 0 || PublicId.directoryOf(contact) != directory.number()) {
            throw Refusal.invalid(
                            "BAD_CURSOR",
                            "Cannot go on after '" + id + "': that is not the id of a contact of the directory.")
                    .with("cursor", id);
        }

        return PublicId.numberOf(contact);
    }

    /** The identity rules in force where a contact is added. */
    public List<List<String>> rules(String directory) {
        return rules(directories.find(directory).number());
    }

    private List<List<String>> rules(int directory) {
        return rules.of(directory).stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .map(IdentityRule::fields)
                .toList();
    }

    /** Creates a contact; a refusal when the identity rules recognise it as one that is there. */
    public EditedContact create(NewContact request) {
        String doing = "Cannot create the contact";
        Directory directory = directories.find(request.directory());
        ContactValues values = ContactValues.of(doing, fieldRules(directory), request.values());
        MailingList list = request.list() == null ? null : lists.find(directory.number(), request.list());
        ContactEdits own = edits.as(request.actor());
        return switch (own.create(directory.number(), values.record())) {
            case EditResult.Created created -> {
                if (list != null) {
                    EditResult ignored =
                            own.join(directory.number(), created.number(), list.number(), Map.of(), OptOut.UNSAID);
                }

                yield edited("created", directory.number(), created.number());
            }
            case EditResult.Matched matched -> {
                String present = id(directory.number(), matched.number());
                throw Refusal.conflict(
                                "CONTACT_EXISTS",
                                doing + ": by the identity rules it is the contact " + present + ". Change that one.")
                        .with("contact", present);
            }
            case EditResult.ReferenceTaken taken -> throw referenceTaken(taken);
            case EditResult other -> throw new IllegalStateException("A creation cannot end as " + other);
        };
    }

    /** Changes a contact. */
    public EditedContact update(ContactPatch request) {
        String doing = "Cannot update the contact " + request.contact().strip();
        Contact contact = contacts.find(request.contact());
        Directory directory = directories.byNumber(contact.directory()).orElseThrow();
        ContactChange change =
                ContactValues.of(doing, fieldRules(directory), request.values()).change(request.cleared());
        return switch (edits.as(request.actor()).update(contact.directory(), contact.number(), change)) {
            case EditResult.Updated updated -> edited("updated", contact.directory(), updated.number());
            case EditResult.Unchanged unchanged -> edited("unchanged", contact.directory(), unchanged.number());
            case EditResult.ReferenceTaken taken -> throw referenceTaken(taken);
            case EditResult other -> throw gone(contact);
        };
    }

    /** Lets contacts join a list; those on it already stay as they are, but for the embedded data that is given. */
    public ContactsChanged join(ContactsChange request, Map<String, String> embedded) {
        String doing = "Cannot join the list";
        Map<String, String> named = new LinkedHashMap<>();
        embedded.forEach((name, value) -> named.put(ContactValues.EMBEDDED + name, value));
        Map<String, String> judged =
                ContactValues.of(doing, new FieldRules(null), named).record().embedded();
        return inList(
                doing,
                request,
                (own, contact, list) ->
                        own.join(contact.directory(), contact.number(), list.number(), judged, OptOut.UNSAID));
    }

    /** Takes contacts off a list. */
    public ContactsChanged leave(ContactsChange request) {
        return inList(
                "Cannot leave the list",
                request,
                (own, contact, list) -> own.leave(contact.directory(), contact.number(), list.number()));
    }

    /** Which contacts {@link #leave} would take off the list. */
    public ContactsChanged previewLeave(ContactsChange request) {
        return inList(
                "Cannot leave the list",
                request,
                (own, contact, list) -> isOn(contact, list)
                        ? new EditResult.Updated(contact.number())
                        : new EditResult.Unchanged(contact.number()));
    }

    /** Opts contacts out of a list that they are on, or of the directory, or lifts that. */
    public ContactsChanged optOut(ContactsChange request, OptOut optOut) {
        if (request.list() != null) {
            String doing = "Cannot change the opt-out";
            // None is changed when one of them is not on the list.
            ContactsChanged ignored = inList(doing, request, (own, contact, list) -> {
                requireOn(doing, contact, list);
                return new EditResult.Unchanged(contact.number());
            });
            return inList(
                    doing,
                    request,
                    (own, contact, list) -> own.optOut(contact.directory(), contact.number(), list.number(), optOut));
        }

        ContactEdits own = edits.as(request.actor());
        return changed(
                null,
                found(request.contacts()),
                contact -> own.update(contact.directory(), contact.number(), ContactChange.of(optOut)));
    }

    /** Deletes contacts and all that hangs on them; none when one of the ids is unknown. */
    public List<String> delete(Actor actor, List<String> ids) {
        List<Contact> found = found(ids);
        ContactEdits own = edits.as(actor);
        for (Contact contact : found) {
            EditResult ignored = own.delete(contact.directory(), contact.number());
        }

        return found.stream().map(Contact::id).toList();
    }

    /** What {@link #delete} would delete. */
    public List<ContactTraces> previewDelete(List<String> ids) {
        return found(ids).stream()
                .map(contact -> {
                    Timeline.Counts counts = timeline.count(contact.directory(), contact.number());
                    return new ContactTraces(
                            contact.id(),
                            memberships
                                    .of(contact.directory(), contact.number())
                                    .size(),
                            counts.touchpoints(),
                            counts.transactions(),
                            counts.responses());
                })
                .toList();
    }

    private interface Edit {
        EditResult of(Contact contact);
    }

    private interface ListEdit {
        EditResult of(ContactEdits own, Contact contact, MailingList list);
    }

    private ContactsChanged inList(String doing, ContactsChange request, ListEdit edit) {
        List<Contact> found = found(request.contacts());
        int directory = found.getFirst().directory();
        if (found.stream().anyMatch(contact -> contact.directory() != directory)) {
            throw Refusal.invalid(
                    "SEVERAL_DIRECTORIES",
                    doing + ": the contacts belong to several directories. Name those of one directory at a time.");
        }

        MailingList list = lists.find(directory, String.valueOf(request.list()));
        ContactEdits own = edits.as(request.actor());
        return changed(list, found, contact -> edit.of(own, contact, list));
    }

    private static ContactsChanged changed(@Nullable MailingList list, List<Contact> found, Edit edit) {
        List<String> changed = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        for (Contact contact : found) {
            switch (edit.of(contact)) {
                case EditResult.Updated ignored -> changed.add(contact.id());
                case EditResult.Unchanged ignored -> unchanged.add(contact.id());
                case EditResult other -> throw gone(contact);
            }
        }

        return new ContactsChanged(list == null ? null : list.id(), changed, unchanged);
    }

    private boolean isOn(Contact contact, MailingList list) {
        return memberships.of(contact.directory(), contact.number()).stream()
                .anyMatch(entry -> entry.list().number() == list.number());
    }

    private void requireOn(String doing, Contact contact, MailingList list) {
        if (!isOn(contact, list)) {
            throw Refusal.conflict(
                            "NOT_ON_LIST",
                            doing + ": the contact " + contact.id() + " is not on the list '" + list.name()
                                    + "'. Let it join first.")
                    .with("contact", contact.id())
                    .with("list", list.id());
        }
    }

    private List<Contact> found(List<String> ids) {
        return ids.stream().distinct().map(contacts::find).toList();
    }

    private EditedContact edited(String outcome, int directory, long number) {
        String id = id(directory, number);
        return new EditedContact(outcome, get(id), rules(directory));
    }

    private static FieldRules fieldRules(Directory directory) {
        return new FieldRules(directory.settings().region());
    }

    private String id(int directory, long number) {
        return ids.contact(directory, number);
    }

    private Refusal referenceTaken(EditResult.ReferenceTaken taken) {
        return Refusal.conflict(EditResult.ReferenceTaken.CODE, taken.reason(ids))
                .with("contact", id(taken.directory(), taken.holder()));
    }

    private static Refusal gone(Contact contact) {
        return Refusal.conflict(
                        "CONTACT_GONE", "Cannot change the contact " + contact.id() + ": it was deleted meanwhile.")
                .with("contact", contact.id());
    }
}
