package io.muster.dedup;

import io.muster.directory.Actor;
import io.muster.directory.TouchpointParts;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.load.EventContent;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.EventSources;
import io.muster.load.StoredEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Adds touchpoints one by one, safe beside imports, merges and deletions: the contact's row is locked and stays as it
 * is. The same key of a source has one effect in a directory, however often and for whomever it
 * comes.
 */
public final class TouchpointEdits {

    private final InstantSource clock;
    private final LockRetry transactions;
    private final ContactRows contacts;
    private final Survivors survivors;
    private final ChangeStream changes;
    private final EventRows events;
    private final EventSources sources;
    private final Audit audit;
    private final Actor actor;

    /**
     * What is to be added.
     *
     * @param happenedAt epoch milliseconds
     * @param source where it comes from; its key is unique in it
     * @param key the touchpoint's own key; null for its content: then the same touchpoint of the same source and contact
     *     at the same millisecond is the same one
     */
    public record Addition(
            TouchpointParts parts,
            long happenedAt,
            String source,
            @Nullable String key) {

        EventContent content() {
            return new EventContent(happenedAt, null, parts.values());
        }
    }

    /** What came of it. */
    public sealed interface Added {

        /** It is recorded for the contact of this number, which may be one that the contact was merged into. */
        record Recorded(long number) implements Added {}

        /**
         * Its key was known already, and nothing changed; the contact of this number has it.
         *
         * @param difference whether what is recorded is the same
         */
        record Known(long number, Difference difference) implements Added {}

        /** There is no such contact. */
        record Absent() implements Added {}
    }

    /** How a record that was known already compares with what was to be added. */
    public enum Difference {
        /** It says the same of the same contact. */
        NONE,
        /** It says something else, or says it of another contact. */
        SOME
    }

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells when touchpoints came to be known
     */
    public TouchpointEdits(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this.clock = clock;
        this.transactions = new LockRetry(manager);
        this.contacts = new ContactRows(jdbc);
        this.survivors = new Survivors(jdbc);
        this.changes = new ChangeStream(jdbc);
        this.events = new EventRows(jdbc);
        this.sources = new EventSources(jdbc, clock);
        this.audit = new Audit(jdbc, clock);
        this.actor = Actor.system("muster");
    }

    private TouchpointEdits(TouchpointEdits edits, Actor actor) {
        this.events = edits.events;
        this.sources = edits.sources;
        this.clock = edits.clock;
        this.transactions = edits.transactions;
        this.contacts = edits.contacts;
        this.survivors = edits.survivors;
        this.changes = edits.changes;
        this.audit = edits.audit;
        this.actor = actor;
    }

    /** The same in the name of an actor: what is recorded is entered in the audit log under it. */
    public TouchpointEdits as(Actor actor) {
        return new TouchpointEdits(this, actor);
    }

    /** Adds a touchpoint to the contact of this number, or to the one it was merged into. */
    public Added add(int directory, long number, Addition addition) {
        return transactions.inTransaction(status -> {
            OptionalLong there = survivors.of(directory, number);
            if (there.isEmpty()) {
                return new Added.Absent();
            }

            long contact = there.getAsLong();
            if (contacts.lock(directory, List.of(contact)).isEmpty()) {
                throw new LockRetry.Stale("The contact was merged or deleted meanwhile");
            }

            return record(directory, contact, addition);
        });
    }

    private Added record(int directory, long number, Addition addition) {
        long now = clock.millis();
        StoredEvent touchpoint = new StoredEvent(
                key(addition, number), number, 0, addition.source(), addition.key(), addition.content(), null, now);
        Optional<StoredEvent> known = former(directory, number, addition);
        if (known.isEmpty() && !events.add(directory, touchpoint)) {
            known = events.find(EventKind.TOUCHPOINT, directory, List.of(touchpoint.key())).stream()
                    .findFirst();
            if (known.isEmpty()) {
                throw new LockRetry.Stale("The touchpoint was removed meanwhile");
            }
        }

        if (known.isPresent()) {
            return known(known.get(), touchpoint);
        }

        sources.register(directory, addition.source());
        changes.note(directory, number, Set.of(ChangeKind.TOUCHPOINTS), now);
        audit.enter(
                actor,
                "touchpoint.add",
                AuditSubject.contact(directory, number),
                Map.of(
                        "channel",
                        addition.parts().channel().word(),
                        "kind",
                        addition.parts().kind().word()));
        return new Added.Recorded(number);
    }

    private static Added known(StoredEvent known, StoredEvent touchpoint) {
        boolean isSame =
                known.contact() == touchpoint.contact() && known.content().saysTheSameAs(touchpoint.content());
        return new Added.Known(known.contact(), isSame ? Difference.NONE : Difference.SOME);
    }

    /** One that was recorded before ids were kept, under the key that it got then. */
    private Optional<StoredEvent> former(int directory, long number, Addition addition) {
        return sources.hasFormer(directory)
                ? events.find(EventKind.TOUCHPOINT, directory, List.of(formerKey(addition, number))).stream()
                        .filter(event -> event.source().equals(EventSources.MANUAL))
                        .findFirst()
                : Optional.empty();
    }

    private static EventKey key(Addition addition, long number) {
        String own = addition.key();
        return own != null
                ? EventKey.ofId(addition.source(), own)
                : EventKey.ofContent(addition.source(), addition.happenedAt(), text(addition), 1)
                        .forContact(EventKind.TOUCHPOINT, number);
    }

    private static EventKey formerKey(Addition addition, long number) {
        String own = addition.key();
        return own != null
                ? EventKey.formerOfId(own)
                : EventKey.formerOfContent(EventSources.MANUAL, addition.happenedAt(), text(addition), 1)
                        .forContact(EventKind.TOUCHPOINT, number);
    }

    private static String text(Addition addition) {
        return TouchpointParts.text(addition.parts().values());
    }
}
