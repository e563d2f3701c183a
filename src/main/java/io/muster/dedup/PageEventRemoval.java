package io.muster.dedup;

import io.muster.directory.Actor;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.PageEvents;
import io.muster.load.PageEvents.Counts;
import io.muster.load.PageEvents.Found;
import io.muster.load.PageEvents.FoundResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Takes back what came from pages in a span of time, block by block, safe beside all that writes. What was cut off goes on when
 * it is asked for again. The audit log has one line, which comes with the first block.
 */
public final class PageEventRemoval {

    private static final int CONTACTS_AT_ONCE = 500;
    private static final int RESPONSES_AT_ONCE = 1_000;

    private final InstantSource clock;
    private final LockRetry transactions;
    private final ContactRows contacts;
    private final ChangeStream changes;
    private final EventRows events;
    private final PageEvents found;
    private final Audit audit;

    /**
     * Who removes.
     *
     * @param subject what the line of the audit log is about
     * @param detail what it says
     */
    public record Act(Actor actor, AuditSubject subject, Map<String, ?> detail) {}

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     */
    public PageEventRemoval(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this.clock = clock;
        transactions = new LockRetry(manager);
        contacts = new ContactRows(jdbc);
        changes = new ChangeStream(jdbc);
        events = new EventRows(jdbc);
        found = new PageEvents(jdbc);
        audit = new Audit(jdbc, clock);
    }

    /** The directories that have any, with how many. */
    public Map<Integer, Counts> count(PageEvents.Touchpoints which) {
        Map<Integer, Counts> counts = new TreeMap<>();
        for (int directory : found.directories()) {
            Counts some = found.count(directory, which);
            if (some.contacts() > 0) {
                counts.put(directory, some);
            }
        }

        return counts;
    }

    /** How many responses there are of them. */
    public long count(PageEvents.Responses which) {
        return found.count(which);
    }

    /**
     * Removes the touchpoints of some directories.
     *
     * @return how many were removed
     */
    public Counts remove(Set<Integer> directories, PageEvents.Touchpoints which, Act act) {
        Counts removed = Counts.NONE;
        for (int directory : directories) {
            long after = 0;
            List<Long> numbers = found.contacts(directory, which, after, CONTACTS_AT_ONCE);
            while (!numbers.isEmpty()) {
                removed = removed.plus(block(directory, which, numbers, removed.equals(Counts.NONE), act));
                after = numbers.getLast();
                numbers = found.contacts(directory, which, after, CONTACTS_AT_ONCE);
            }
        }

        return removed;
    }

    private Counts block(int directory, PageEvents.Touchpoints which, List<Long> numbers, boolean isFirst, Act act) {
        return transactions.inTransaction(status -> {
            var ignored = contacts.lock(directory, numbers);
            List<Found> some = found.of(directory, which, numbers);
            if (some.isEmpty()) {
                return Counts.NONE;
            }

            events.remove(
                    EventKind.TOUCHPOINT,
                    directory,
                    numbers,
                    some.stream().map(Found::key).sorted().toList());
            if (isFirst) {
                audit.enter(act.actor(), "touchpoint.delete", act.subject(), act.detail());
            }

            changes.note(
                    directory,
                    numbers.stream().mapToLong(Long::longValue),
                    Set.of(ChangeKind.TOUCHPOINTS),
                    clock.millis());
            long displays = some.stream().filter(Found::display).count();
            return new Counts(displays, some.size() - displays, numbers.size());
        });
    }

    /**
     * Removes responses.
     *
     * @return how many were removed
     */
    public long remove(PageEvents.Responses which, Act act) {
        long removed = 0;
        boolean more = true;
        while (more) {
            boolean isFirst = removed == 0;
            int some = transactions.inTransaction(status -> block(which, isFirst, act));
            removed += some;
            more = some > 0;
        }

        return removed;
    }

    private int block(PageEvents.Responses which, boolean isFirst, Act act) {
        List<FoundResponse> some = found.next(which, RESPONSES_AT_ONCE);
        if (some.isEmpty()) {
            return 0;
        }

        int removed = found.remove(some);
        if (isFirst) {
            audit.enter(act.actor(), "response.delete", act.subject(), act.detail());
        }

        Map<Integer, Set<Long>> answered = new TreeMap<>();
        for (FoundResponse response : some) {
            Integer directory = response.directory();
            if (directory != null) {
                answered.computeIfAbsent(directory, absent -> new TreeSet<>())
                        .add(Objects.requireNonNull(response.contact()));
            }
        }

        answered.forEach((directory, numbers) -> changes.note(
                directory, numbers.stream().mapToLong(Long::longValue), Set.of(ChangeKind.RESPONSES), clock.millis()));
        return removed;
    }
}
