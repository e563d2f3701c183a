package io.muster.dedup;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Adds and removes transactions one by one, safe beside imports, merges and deletions. The same id of a source is recorded
 * once in a directory, however often it comes.
 */
public final class TransactionEdits {

    private static final String TAKE =
            "UPDATE directory SET next_transaction = next_transaction + :some WHERE id = :id";

    private static final String TAKEN = "SELECT next_transaction FROM directory WHERE id = :id";

    private static final String KEY = """
        SELECT transaction_key FROM contact_transaction
        WHERE directory_id = :directory AND transaction_no = :number AND number = :contact
        """;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final LockRetry transactions;
    private final ContactRows contacts;
    private final Survivors survivors;
    private final ChangeStream changes;
    private final EventRows events;
    private final EventSources sources;
    private final Audit audit;

    /**
     * What is to be added.
     *
     * @param contact the number of the contact, or of one that was merged into it
     * @param id its id in the source
     * @param happenedAt epoch milliseconds
     * @param fields its fields as a JSON object; null for none
     */
    public record Addition(
            long contact,
            String id,
            long happenedAt,
            @Nullable String fields) {}

    /**
     * What came of one.
     *
     * @param number its number in the directory; empty when there is no such contact
     * @param isNew whether it was not recorded before
     */
    public record Added(OptionalLong number, boolean isNew) {}

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells when they came to be known
     */
    public TransactionEdits(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.transactions = new LockRetry(manager);
        this.contacts = new ContactRows(jdbc);
        this.survivors = new Survivors(jdbc);
        this.changes = new ChangeStream(jdbc);
        this.events = new EventRows(jdbc);
        this.sources = new EventSources(jdbc, clock);
        this.audit = new Audit(jdbc, clock);
    }

    /** Adds transactions of one source; all that can be, in one transaction of the database. */
    public List<Added> add(Directory directory, String source, List<Addition> some, Actor actor) {
        return some.isEmpty()
                ? List.of()
                : transactions.inTransaction(status -> adding(directory, source, some, actor));
    }

    private List<Added> adding(Directory of, String source, List<Addition> some, Actor actor) {
        int directory = of.number();
        // The directory's row comes before those of its contacts; numbers that are not used stay unused.
        jdbc.sql(TAKE).param("some", some.size()).param("id", directory).update();
        long next = jdbc.sql(TAKEN).param("id", directory).query(Long.class).single() - some.size();
        Map<Long, Long> holders = lockHolders(directory, some);
        Map<EventKey, Long> known = new HashMap<>();
        events.find(
                        EventKind.TRANSACTION,
                        directory,
                        some.stream()
                                .map(one -> EventKey.ofId(source, one.id()))
                                .toList())
                .forEach(event -> known.put(event.key(), event.number()));
        long now = clock.millis();
        List<StoredEvent> fresh = new ArrayList<>();
        List<Added> added = new ArrayList<>();
        for (Addition one : some) {
            EventKey key = EventKey.ofId(source, one.id());
            Long number = known.get(key);
            Long holder = holders.get(one.contact());
            if (number != null || holder == null) {
                added.add(new Added(number == null ? OptionalLong.empty() : OptionalLong.of(number), false));
                continue;
            }

            EventContent content = EventContent.of(one.happenedAt(), null, one.fields());
            fresh.add(new StoredEvent(key, holder, next, source, one.id(), content, null, now));
            known.put(key, next);
            added.add(new Added(OptionalLong.of(next++), true));
        }

        write(of, source, fresh, actor, now);
        return added;
    }

    private void write(Directory of, String source, List<StoredEvent> fresh, Actor actor, long now) {
        if (fresh.isEmpty()) {
            return;
        }

        int directory = of.number();
        try {
            events.addNew(EventKind.TRANSACTION, directory, fresh);
        } catch (DuplicateKeyException e) {
            throw new LockRetry.Stale("A key has come to be known meanwhile");
        }

        sources.register(directory, source);
        SortedSet<Long> changed = new TreeSet<>();
        fresh.forEach(event -> changed.add(event.contact()));
        changed.forEach(number -> contacts.touch(directory, number, now));
        audit.enter(actor, "transaction.add", AuditSubject.of(of), Map.of("transactions", fresh.size()));
        note(directory, changed, now);
    }

    private void note(int directory, Set<Long> changed, long now) {
        changes.note(
                directory,
                changed.stream().mapToLong(Long::longValue),
                Set.of(ChangeKind.VALUES, ChangeKind.TRANSACTIONS),
                now);
    }

    /** Locks the contacts, or those that they were merged into; by the number asked for, the number of the one there. */
    private Map<Long, Long> lockHolders(int directory, List<Addition> some) {
        Map<Long, Long> holders = new HashMap<>();
        SortedSet<Long> wanted = new TreeSet<>();
        for (Addition one : some) {
            OptionalLong holder =
                    holders.containsKey(one.contact()) ? OptionalLong.empty() : survivors.of(directory, one.contact());
            holder.ifPresent(number -> {
                holders.put(one.contact(), number);
                wanted.add(number);
            });
        }

        Set<Long> there =
                wanted.isEmpty() ? Set.of() : contacts.lock(directory, wanted).keySet();
        if (!there.containsAll(wanted)) {
            throw new LockRetry.Stale("A contact was merged or deleted meanwhile");
        }

        return holders;
    }

    /**
     * Removes a transaction.
     *
     * @param contact the number of the contact that has it
     * @return whether it was still there
     */
    public boolean remove(int directory, long contact, long number, Actor actor) {
        return transactions.inTransaction(status -> {
            if (contacts.lock(directory, List.of(contact)).isEmpty()) {
                throw new LockRetry.Stale("The contact was merged or deleted meanwhile");
            }

            List<byte[]> keys = jdbc.sql(KEY)
                    .param("directory", directory)
                    .param("number", number)
                    .param("contact", contact)
                    .query(byte[].class)
                    .list();
            if (keys.isEmpty()) {
                return false;
            }

            long now = clock.millis();
            events.remove(EventKind.TRANSACTION, directory, contact, keys);
            contacts.touch(directory, contact, now);
            audit.enter(
                    actor, "transaction.delete", AuditSubject.contact(directory, contact), Map.of("number", number));
            note(directory, Set.of(contact), now);
            return true;
        });
    }
}
