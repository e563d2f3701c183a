package io.muster.dedup;

import io.muster.directory.Actor;
import io.muster.directory.Touchpoint;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.TouchpointWrite;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Adds touchpoints one by one, safe beside imports, merges and deletions: the contact's row is locked and stays as it
 * is. The same key has one effect in a directory, however often and for whomever it comes.
 */
public final class TouchpointEdits {

    private final InstantSource clock;
    private final LockRetry transactions;
    private final ContactRows contacts;
    private final Survivors survivors;
    private final ChangeStream changes;
    private final EventRows events;
    private final Audit audit;
    private final Actor actor;

    /**
     * What is to be added.
     *
     * @param happenedAt epoch milliseconds
     * @param survey id of a survey, as its sender gives it
     * @param intercept id of an intercept, as its sender gives it
     * @param key the touchpoint's own key, unique in the directory; null for its content: then the same touchpoint of
     *     the same contact at the same millisecond is the same one
     */
    public record Addition(
            TouchpointChannel channel,
            TouchpointKind kind,
            long happenedAt,
            @Nullable String survey,
            @Nullable String intercept,
            @Nullable String key) {}

    /** What came of it. */
    public sealed interface Added {

        /** It is recorded for the contact of this number, which may be one that the contact was merged into. */
        record Recorded(long number) implements Added {}

        /** Its key was known already, and nothing changed; the contact of this number has it. */
        record Known(long number) implements Added {}

        /** There is no such contact. */
        record Absent() implements Added {}
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
        this.audit = new Audit(jdbc, clock);
        this.actor = Actor.system("muster");
    }

    private TouchpointEdits(TouchpointEdits edits, Actor actor) {
        this.events = edits.events;
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
        TouchpointWrite touchpoint = new TouchpointWrite(
                key(addition),
                addition.channel().word(),
                addition.kind().word(),
                addition.happenedAt(),
                addition.survey(),
                addition.intercept());
        long now = clock.millis();
        if (!events.add(directory, number, touchpoint, now)) {
            return new Added.Known(events.holder(EventKind.TOUCHPOINT, directory, touchpoint.key(), number)
                    .orElseThrow(() -> new LockRetry.Stale("The touchpoint was removed meanwhile")));
        }

        changes.note(directory, number, Set.of(ChangeKind.TOUCHPOINTS), now);
        audit.enter(
                actor,
                "touchpoint.add",
                AuditSubject.contact(directory, number),
                Map.of(
                        "channel",
                        addition.channel().word(),
                        "kind",
                        addition.kind().word()));
        return new Added.Recorded(number);
    }

    private static EventKey key(Addition addition) {
        String own = addition.key();
        String content =
                Touchpoint.content(addition.channel(), addition.kind(), addition.survey(), addition.intercept());
        return own != null ? EventKey.ofId(own) : EventKey.ofContent("", addition.happenedAt(), content, 1);
    }
}
