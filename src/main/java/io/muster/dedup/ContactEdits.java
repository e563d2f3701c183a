package io.muster.dedup;

import io.muster.dedup.EditResult.Absent;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.EditResult.Deleted;
import io.muster.dedup.EditResult.Matched;
import io.muster.dedup.EditResult.ReferenceTaken;
import io.muster.dedup.EditResult.Unchanged;
import io.muster.dedup.EditResult.Updated;
import io.muster.dedup.rules.Change;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMove;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.KeyOwner;
import io.muster.directory.Lineage;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.directory.Spellings;
import io.muster.directory.StoredContact;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.EmbeddedNames;
import io.muster.load.ContactTraces;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;

/**
 * Edits of single contacts through the identity rules: what forms, APIs and commands use, safe beside imports, merges
 * and each other. Every edit is one transaction and is done again when it met another one; the contact's version and
 * modification time move only when something changed.
 *
 * <p>A contact that comes to hold a key somebody else owns keeps its value and becomes a possible duplicate; only a
 * reference under a rule of the reference alone is refused, as {@link ReferenceTaken}.
 */
public final class ContactEdits {

    private static final int FIRST_VERSION = 1;
    private static final Set<IdentityRule.State> ANY_STATE =
            Set.of(IdentityRule.State.PENDING, IdentityRule.State.ACTIVE);

    private final InstantSource clock;
    private final LockRetry transactions;
    private final IdentityReader identities;
    private final ContactRows contacts;
    private final ContactNumbers numbers;
    private final EmbeddedNames names;
    private final ClaimLedger claims;
    private final ContactTraces traces;
    private final Memberships memberships;
    private final ChangeStream changes;
    private final Audit audit;
    private final Actor actor;
    private final Purpose purpose;
    private final TestMarks marks;
    private final Ids ids;

    /** What one attempt at placing a record came to; null for "needs a number". */
    private record Attempt(@Nullable EditResult result) {}

    private enum Purpose {
        USUAL,
        TESTS
    }

    private enum Existing {
        UPDATE,
        LEAVE
    }

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells creation and modification times
     * @param ids the public ids of the installation
     */
    public ContactEdits(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.clock = clock;
        this.transactions = new LockRetry(manager);
        this.identities = new IdentityReader(jdbc);
        this.contacts = new ContactRows(jdbc);
        this.numbers = new ContactNumbers(jdbc, transactions);
        this.names = new EmbeddedNames(jdbc, clock);
        this.claims = new ClaimLedger(jdbc, clock);
        this.traces = new ContactTraces(jdbc);
        this.memberships = new Memberships(jdbc);
        this.changes = new ChangeStream(jdbc);
        this.audit = new Audit(jdbc, clock);
        this.ids = ids;
        this.marks = new TestMarks(jdbc);
        this.actor = Actor.system("muster");
        this.purpose = Purpose.USUAL;
    }

    private ContactEdits(ContactEdits edits, Actor actor, Purpose purpose) {
        this.clock = edits.clock;
        this.transactions = edits.transactions;
        this.identities = edits.identities;
        this.contacts = edits.contacts;
        this.numbers = edits.numbers;
        this.names = edits.names;
        this.claims = edits.claims;
        this.traces = edits.traces;
        this.memberships = edits.memberships;
        this.changes = edits.changes;
        this.audit = edits.audit;
        this.ids = edits.ids;
        this.marks = edits.marks;
        this.actor = actor;
        this.purpose = purpose;
    }

    /** The same edits in the name of an actor: what changes something is entered in the audit log under it. */
    public ContactEdits as(Actor actor) {
        return new ContactEdits(this, actor, purpose);
    }

    /** The same for people who test: contacts that are created get the mark, and none without it is deleted. */
    public ContactEdits forTests() {
        return new ContactEdits(this, actor, Purpose.TESTS);
    }

    /** Updates the contact that the record is recognised as, under the directory's policies, or creates one. */
    public EditResult upsert(int directory, IncomingContact record) {
        return place(directory, record, Existing.UPDATE);
    }

    /** What {@link #upsert} would come to now, {@link Absent} for a new contact; nothing changes. */
    public EditResult foresee(int directory, IncomingContact record) {
        Spellings spellings = names.of(directory);
        Map<String, String> spelled = new HashMap<>();
        new TreeMap<>(record.embedded()).forEach((name, value) -> spelled.put(spellings.of(name), value));
        IncomingContact known = new IncomingContact(record.fields(), spelled, record.optOut());
        return transactions.inTransaction(status -> {
            status.setRollbackOnly();
            EditResult result =
                    attempt(status, directory, known, Existing.UPDATE, null).result();
            return result == null ? new Absent() : result;
        });
    }

    /** Creates a contact unless the record is recognised as one; then nothing changes. */
    public EditResult create(int directory, IncomingContact record) {
        return place(directory, record, Existing.LEAVE);
    }

    /** Changes the contact of this number. */
    public EditResult update(int directory, long number, ContactChange change) {
        ContactChange spelled = new ContactChange(
                change.fields(),
                spell(directory, change.embedded()),
                change.clearedFields(),
                inSpelling(directory, change.clearedEmbedded()),
                change.optOut());
        return transactions.inTransaction(status -> {
            DirectoryIdentity identity = identities.readShared(directory);
            return contacts.read(directory, number)
                    .map(contact -> change(status, identity, contact, identity.changed(contact, spelled), null))
                    .orElseGet(Absent::new);
        });
    }

    /** Removes the contact from the directory, every list, and whatever else knows it; its number is never used again. */
    public EditResult delete(int directory, long number) {
        return transactions.inTransaction(status -> {
            DirectoryIdentity identity = identities.readShared(directory);
            KeyedContact contact = contacts.read(directory, number).orElse(null);
            if (contact == null || (purpose == Purpose.TESTS && !marks.isMarked(directory, number))) {
                return new Absent();
            }

            ClaimLedger.Outcome keys =
                    claims.apply(directory, KeyMove.leaving(identity.keys(contact), number), Set.of());
            contacts.delete(directory, contact);
            traces.remove(directory, List.of(number));
            note(directory, number, Set.of(ChangeKind.GONE), keys, clock.millis());
            enter("contact.delete", directory, number, Map.of());
            return new Deleted(number);
        });
    }

    /**
     * Lets the contact join a list, or changes its membership.
     *
     * @param embedded embedded data of the membership, merged name by name; names compare without case
     */
    public EditResult join(int directory, long number, int list, Map<String, String> embedded, OptOut optOut) {
        Map<String, String> spelled = spell(directory, embedded);
        return inList(
                directory,
                number,
                list,
                "contact.join",
                () -> memberships.join(directory, list, number, spelled, optOut, clock.millis()));
    }

    /** Takes the contact off a list; it stays in the directory. */
    public EditResult leave(int directory, long number, int list) {
        return inList(directory, number, list, "contact.leave", () -> memberships.leave(directory, list, number));
    }

    /** Opts a member out of a list, or lifts that; a contact that is not on the list stays as it is. */
    public EditResult optOut(int directory, long number, int list, OptOut optOut) {
        String action = optOut == OptOut.LIFTED ? "contact.opt-in" : "contact.opt-out";
        return inList(
                directory,
                number,
                list,
                action,
                () -> memberships.isMember(directory, list, number)
                        && memberships.join(directory, list, number, Map.of(), optOut, clock.millis()));
    }

    /** The values under the directory's spelling of their names; names never seen are registered beforehand. */
    private Map<String, String> spell(int directory, Map<String, String> values) {
        if (values.isEmpty()) {
            return values;
        }

        Spellings spellings = transactions.inTransaction(status -> names.register(directory, values.keySet()));
        Map<String, String> spelled = new HashMap<>();
        new TreeMap<>(values).forEach((name, value) -> spelled.put(spellings.of(name), value));
        return spelled;
    }

    private Set<String> inSpelling(int directory, Set<String> embedded) {
        return embedded.isEmpty()
                ? embedded
                : embedded.stream().map(names.of(directory)::of).collect(Collectors.toSet());
    }

    private EditResult inList(int directory, long number, int list, String action, Memberships.Edit change) {
        return transactions.inTransaction(status -> {
            if (contacts.lock(directory, List.of(number)).isEmpty()) {
                return new Absent();
            }

            if (!change.happened()) {
                return new Unchanged(number);
            }

            contacts.touch(directory, number, clock.millis());
            changes.note(directory, number, Set.of(ChangeKind.VALUES, ChangeKind.LISTS), clock.millis());
            enter(action, directory, number, Map.of("list", ids.list(list)));
            return new Updated(number);
        });
    }

    private EditResult place(int directory, IncomingContact record, Existing existing) {
        IncomingContact spelled =
                new IncomingContact(record.fields(), spell(directory, record.embedded()), record.optOut());
        EditResult result = transactions
                .inTransaction(status -> attempt(status, directory, spelled, existing, null))
                .result();
        if (result != null) {
            return result;
        }

        long number = numbers.next(directory);
        EditResult created = transactions
                .inTransaction(status -> attempt(status, directory, spelled, existing, number))
                .result();
        if (created == null) {
            throw new IllegalStateException("A record with a number was not placed");
        }

        return created;
    }

    private Attempt attempt(
            TransactionStatus status, int directory, IncomingContact record, Existing existing, @Nullable Long number) {
        DirectoryIdentity identity = identities.readShared(directory);
        GivenRecord given = GivenRecord.of(identity, record);
        SeenHolders seen = new SeenHolders(directory, claims, contacts);
        long found = identity.match().find(given, seen);
        if (KeyOwner.isRun(found)) {
            throw keyTaken(found);
        }

        if (found == KeyOwner.NOBODY) {
            return new Attempt(
                    number == null
                            ? null
                            : insert(status, identity, number, Change.created(given, record.optOut()), seen));
        }

        KeyedContact contact = seen.contact(found);
        return new Attempt(
                existing == Existing.LEAVE
                        ? new Matched(found)
                        : change(status, identity, contact, identity.updated(contact, given, record.optOut()), seen));
    }

    /** The record may be the contact that the run is going to write. */
    private Refusal keyTaken(long owner) {
        String run = ids.run(KeyOwner.run(owner));
        return Refusal.busy(
                        "KEY_TAKEN",
                        "Cannot save the contact: the run " + run
                                + " has taken a key of it and has not ended. Try again when the run has ended.")
                .with("run", run);
    }

    private EditResult insert(
            TransactionStatus status, DirectoryIdentity identity, long number, Profile values, SeenHolders seen) {
        int directory = identity.directory();
        List<KeyMove> moves = KeyMove.joining(identity.keys(values), number);
        ClaimLedger.Outcome moved = moveKeys(status, identity, moves, seen);
        if (moved.refused() != null) {
            return new ReferenceTaken(directory, moved.refused().owner());
        }

        long now = clock.millis();
        contacts.insert(
                directory,
                new StoredContact(number, FIRST_VERSION, now, now, values, Lineage.created(new Origin.Edit(now))));
        if (purpose == Purpose.TESTS) {
            marks.mark(directory, number, now);
        }

        note(directory, number, kinds(moves), moved, now);
        enter("contact.create", directory, number, Map.of());
        return new Created(number);
    }

    private EditResult change(
            TransactionStatus status,
            DirectoryIdentity identity,
            KeyedContact contact,
            Profile values,
            @Nullable SeenHolders seen) {
        if (values.equals(contact.profile())) {
            return new Unchanged(contact.number());
        }

        List<KeyMove> moves = KeyMove.of(identity.difference(contact, values), contact.number());
        ClaimLedger.Outcome moved = moveKeys(status, identity, moves, seen);
        if (moved.refused() != null) {
            return new ReferenceTaken(identity.directory(), moved.refused().owner());
        }

        long now = clock.millis();
        contacts.update(identity.directory(), contact, values, edited(contact, values, now), now);
        note(identity.directory(), contact.number(), kinds(moves), moved, now);
        enterChange(identity.directory(), contact.number(), contact.profile(), values);
        return new Updated(contact.number());
    }

    /** What is different now was set by the edit. */
    private static Lineage edited(KeyedContact contact, Profile values, long now) {
        Profile before = contact.profile();
        return contact.stored()
                .lineage()
                .with(new Origin.Edit(now), Lineage.changed(before, values), before, values, never -> false);
    }

    private static Set<ChangeKind> kinds(List<KeyMove> moves) {
        return moves.isEmpty() ? Set.of(ChangeKind.VALUES) : Set.of(ChangeKind.VALUES, ChangeKind.KEYS);
    }

    /** The contact changed in these kinds, and others whose values stayed as they were own other keys now. */
    private void note(int directory, long number, Set<ChangeKind> kinds, ClaimLedger.Outcome keys, long now) {
        changes.note(
                directory,
                () -> {
                    ContactChanges noted = new ContactChanges().add(number, kinds);
                    keys.reowned().stream()
                            .filter(other -> other != number)
                            .forEach(other -> noted.add(other, Set.of(ChangeKind.KEYS)));
                    return noted;
                },
                now);
    }

    /**
     * Moves the keys; when one is refused, the transaction will be rolled back.
     *
     * @param seen owners the record was matched by; null when the contact was named and not matched
     */
    private ClaimLedger.Outcome moveKeys(
            TransactionStatus status, DirectoryIdentity identity, List<KeyMove> moves, @Nullable SeenHolders seen) {
        ClaimLedger.Outcome outcome = claims.apply(identity.directory(), moves, identity.referenceRules(ANY_STATE));
        if (seen != null) {
            outcome.shadowed().forEach(seen::requireSame);
        }

        ClaimLedger.Owned refused = outcome.refused();
        if (refused != null) {
            if (seen != null) {
                seen.requireSame(refused);
            }

            if (KeyOwner.isRun(refused.owner())) {
                throw keyTaken(refused.owner());
            }

            status.setRollbackOnly();
        }

        return outcome;
    }

    private void enterChange(int directory, long number, Profile before, Profile after) {
        List<String> changed = changed(before, after);
        if (changed.isEmpty()) {
            enter(after.unsubscribed() ? "contact.opt-out" : "contact.opt-in", directory, number, Map.of());
        } else {
            enter("contact.update", directory, number, Map.of("fields", changed));
        }
    }

    /** The names, never the values, of what differs apart from the opt-out. */
    private static List<String> changed(Profile before, Profile after) {
        List<String> changed = new ArrayList<>();
        for (ContactField field : ContactField.values()) {
            if (!Objects.equals(before.field(field), after.field(field))) {
                changed.add(field.key());
            }
        }

        Set<String> names = new TreeSet<>(before.embedded().keySet());
        names.addAll(after.embedded().keySet());
        for (String name : names) {
            if (!Objects.equals(before.embedded(name), after.embedded(name))) {
                changed.add("embedded." + name);
            }
        }

        return changed;
    }

    private void enter(String action, int directory, long number, Map<String, ?> detail) {
        audit.enter(actor, action, AuditSubject.contact(directory, number), detail);
    }
}
