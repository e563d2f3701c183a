package io.muster.dedup;

import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.EventSources;
import io.muster.load.StoredEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records many touchpoints of a directory within the caller's transaction, safe beside imports, merges and deletions as
 * {@link TouchpointEdits} is. They are what other programs report, not the acts of an operator: their source says where they
 * come from, and the audit log has no line for them.
 */
public final class TouchpointBatch {

    private final InstantSource clock;
    private final ReferenceOwners owners;
    private final ContactRows contacts;
    private final Survivors survivors;
    private final ChangeStream changes;
    private final EventRows events;
    private final EventSources sources;

    /**
     * One of them; either reference or contact says whose it is.
     *
     * @param contact the number of the contact, or of one that was merged into it; null to go by the reference
     * @param reference its reference, or one that a merge has given it
     * @param addition what is recorded, with a key of its own
     */
    public record Item(@Nullable Long contact, @Nullable String reference, Addition addition) {}

    /** What came of one. */
    public enum Outcome {
        /** It is recorded. */
        RECORDED,
        /** Its key was known already, and nothing changed. */
        REPEATED,
        /** There is no such contact. */
        UNKNOWN
    }

    /**
     * @param jdbc the store of record
     * @param clock tells when touchpoints came to be known
     */
    public TouchpointBatch(JdbcClient jdbc, InstantSource clock) {
        this.clock = clock;
        owners = new ReferenceOwners(jdbc);
        contacts = new ContactRows(jdbc);
        survivors = new Survivors(jdbc);
        changes = new ChangeStream(jdbc);
        events = new EventRows(jdbc);
        sources = new EventSources(jdbc, clock);
    }

    /**
     * Records them in their order, within the caller's transaction.
     *
     * @return what came of each
     * @throws LockRetry.Stale when another writer came between: the transaction is to be rolled back and done again
     */
    public List<Outcome> record(int directory, List<Item> items) {
        List<@Nullable Long> numbers = numbers(directory, items);
        Map<Long, Long> holders = lockHolders(directory, numbers);
        long now = clock.millis();
        List<@Nullable StoredEvent> touchpoints = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Long number = numbers.get(i);
            Long holder = number == null ? null : holders.get(number);
            touchpoints.add(
                    holder == null ? null : touchpoint(holder, items.get(i).addition(), now));
        }

        Set<EventKey> known = known(directory, touchpoints);
        List<StoredEvent> added = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (StoredEvent touchpoint : touchpoints) {
            if (touchpoint == null) {
                outcomes.add(Outcome.UNKNOWN);
            } else if (known.add(touchpoint.key())) {
                added.add(touchpoint);
                outcomes.add(Outcome.RECORDED);
            } else {
                outcomes.add(Outcome.REPEATED);
            }
        }

        write(directory, added, now);
        return outcomes;
    }

    /** The number of the contact that each is about; null where nobody has the reference. */
    private List<@Nullable Long> numbers(int directory, List<Item> items) {
        Map<String, Long> owned = owners.of(
                directory,
                items.stream()
                        .filter(item -> item.contact() == null)
                        .map(item -> Objects.requireNonNull(item.reference()))
                        .collect(Collectors.toSet()));
        List<@Nullable Long> numbers = new ArrayList<>();
        for (Item item : items) {
            Long contact = item.contact();
            numbers.add(contact != null ? contact : owned.get(Objects.requireNonNull(item.reference())));
        }

        return numbers;
    }

    /** Locks the contacts, or those that they were merged into; by the number asked for, the number of the one there. */
    private Map<Long, Long> lockHolders(int directory, List<@Nullable Long> numbers) {
        Map<Long, Long> holders = new HashMap<>();
        Set<Long> asked = new TreeSet<>();
        for (Long number : numbers) {
            if (number != null) {
                asked.add(number);
            }
        }

        for (long there : lock(directory, asked)) {
            holders.put(there, there);
        }

        asked.removeAll(holders.keySet());
        for (long gone : asked) {
            OptionalLong survivor = survivors.of(directory, gone);
            if (survivor.isPresent()) {
                if (lock(directory, Set.of(survivor.getAsLong())).isEmpty()) {
                    throw new LockRetry.Stale("The contact was merged or deleted meanwhile");
                }

                holders.put(gone, survivor.getAsLong());
            }
        }

        return holders;
    }

    private Set<Long> lock(int directory, Set<Long> numbers) {
        return numbers.isEmpty() ? Set.of() : contacts.lock(directory, numbers).keySet();
    }

    private static StoredEvent touchpoint(long contact, Addition addition, long now) {
        String key = Objects.requireNonNull(addition.key());
        return new StoredEvent(
                EventKey.ofId(addition.source(), key),
                contact,
                0,
                addition.source(),
                key,
                addition.content(),
                null,
                now);
    }

    private Set<EventKey> known(int directory, List<@Nullable StoredEvent> touchpoints) {
        Set<EventKey> asked = new HashSet<>();
        for (StoredEvent touchpoint : touchpoints) {
            if (touchpoint != null) {
                asked.add(touchpoint.key());
            }
        }

        return asked.isEmpty()
                ? new HashSet<>()
                : events.find(EventKind.TOUCHPOINT, directory, asked).stream()
                        .map(StoredEvent::key)
                        .collect(Collectors.toCollection(HashSet::new));
    }

    private void write(int directory, List<StoredEvent> touchpoints, long now) {
        if (touchpoints.isEmpty()) {
            return;
        }

        try {
            events.addNew(directory, touchpoints);
        } catch (DuplicateKeyException e) {
            throw new LockRetry.Stale("A key has come to be known meanwhile");
        }

        touchpoints.stream().map(StoredEvent::source).distinct().forEach(source -> sources.register(directory, source));
        changes.note(
                directory, touchpoints.stream().mapToLong(StoredEvent::contact), Set.of(ChangeKind.TOUCHPOINTS), now);
    }
}
