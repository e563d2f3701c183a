package io.muster.app;

import io.muster.dedup.ContactChange;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.EditResult;
import io.muster.dedup.IncomingContact;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.MailingList;
import io.muster.directory.OptOut;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Contacts that programs create, change and take away one by one, by the rules of imports: whoever is recognised is updated
 * under the directory's policies. Contacts are named by their numbers.
 */
public final class ContactWriting {

    private final ContactEdits edits;
    private final Ids ids;

    ContactWriting(ContactEdits edits, Ids ids) {
        this.edits = edits;
        this.ids = ids;
    }

    /**
     * What is said of a contact.
     *
     * @param fields values by field, as they were given, none of them blank
     * @param embedded embedded data by name, likewise
     * @param optOut of the directory
     */
    public record Said(Map<ContactField, String> fields, Map<String, String> embedded, OptOut optOut) {

        /** Copies what it is given. */
        public Said {
            fields = Map.copyOf(fields);
            embedded = Map.copyOf(embedded);
        }

        private ContactValues judged(String doing, Directory directory) {
            Map<String, String> values = new LinkedHashMap<>();
            fields.forEach((field, value) -> values.put(field.key(), value));
            embedded.forEach((name, value) -> values.put(ContactValues.EMBEDDED + name, value));
            return ContactValues.of(doing, new FieldRules(directory.settings().region()), values);
        }
    }

    /** Creates a contact, or updates the one that it is by the identity rules; its number. */
    public long save(Actor actor, Directory directory, Said said) {
        IncomingContact judged =
                said.judged("Cannot save the contact", directory).record();
        IncomingContact record = new IncomingContact(judged.fields(), judged.embedded(), said.optOut());
        return switch (edits.as(actor).upsert(directory.number(), record)) {
            case EditResult.Created created -> created.number();
            case EditResult.Updated updated -> updated.number();
            case EditResult.Unchanged unchanged -> unchanged.number();
            case EditResult.ReferenceTaken taken -> throw taken(taken);
            case EditResult other -> throw new IllegalStateException("A contact cannot be saved as " + other);
        };
    }

    /** Changes a contact; a refusal when it is gone. */
    public void change(Actor actor, Directory directory, long number, Said said) {
        ContactChange judged =
                said.judged("Cannot change the contact", directory).change(Set.of());
        ContactChange change = new ContactChange(judged.fields(), judged.embedded(), Set.of(), Set.of(), said.optOut());
        check(directory, number, edits.as(actor).update(directory.number(), number, change));
    }

    /** Deletes a contact and all that hangs on it; a refusal when it is gone. */
    public void delete(Actor actor, Directory directory, long number) {
        check(directory, number, edits.as(actor).delete(directory.number(), number));
    }

    /**
     * Lets a contact join a list, or changes its membership.
     *
     * @param embedded embedded data of the membership
     * @param optOut of the list
     */
    public void join(
            Actor actor,
            Directory directory,
            long number,
            MailingList list,
            Map<String, String> embedded,
            OptOut optOut) {
        Map<String, String> judged = new Said(Map.of(), embedded, OptOut.UNSAID)
                .judged("Cannot join the list", directory)
                .record()
                .embedded();
        check(directory, number, edits.as(actor).join(directory.number(), number, list.number(), judged, optOut));
    }

    /** Takes a contact off a list; whether it was on it. */
    public boolean leave(Actor actor, Directory directory, long number, MailingList list) {
        EditResult result = edits.as(actor).leave(directory.number(), number, list.number());
        check(directory, number, result);
        return result instanceof EditResult.Updated;
    }

    private void check(Directory directory, long number, EditResult result) {
        if (result instanceof EditResult.ReferenceTaken taken) {
            throw taken(taken);
        }

        if (result instanceof EditResult.Absent) {
            throw Refusal.notFound(
                    "UNKNOWN_CONTACT",
                    "Cannot use the contact " + ids.contact(directory.number(), number)
                            + ": it was deleted meanwhile. Search for it.");
        }
    }

    private Refusal taken(EditResult.ReferenceTaken taken) {
        return Refusal.conflict(EditResult.ReferenceTaken.CODE, taken.reason(ids));
    }
}
