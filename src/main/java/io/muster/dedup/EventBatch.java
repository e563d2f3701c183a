package io.muster.dedup;

import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.EventSources;
import io.muster.load.NewResponse;
import io.muster.load.ResponseRows;
import io.muster.load.StoredEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * Records many touchpoints and responses within the caller's transaction, safe beside imports, merges and deletions as
 * {@link TouchpointEdits} is. They are what other programs report, not the acts of an operator: their source says where they
 * come from, and the audit log has no line for them.
 */
public final class EventBatch {

    private final InstantSource clock;
    private final ReferenceOwners owners;
    private final ContactRows contacts;
    private final Survivors survivors;
    private final ChangeStream changes;
    private final EventRows events;
    private final EventSources sources;
    private final ResponseRows responses;

    /** What is recorded. */
    public sealed interface What permits Touchpoint, Response {}

    /** A touchpoint, with a key of its own. */
    public record Touchpoint(Addition addition) implements What {}

    /** A response. */
    public record Response(NewResponse response) implements What {}

    /**
     * One of them; either reference or contact says whose it is.
     *
     * @param contact the number of the contact, or of one that was merged into it; null to go by the reference
     * @param reference its reference, or one that a merge has given it
     * @param what what is recorded
     */
    public record Item(@Nullable Long contact, @Nullable String reference, What what) {}

    /** What came of one. */
    public enum Outcome {
        /** It is recorded. */
        RECORDED,
        /** Its key was known already, and nothing changed. */
        REPEATED,
        /** There is no such contact: a touchpoint is not recorded, a response is, without one. */
        UNKNOWN
    }

    /**
     * @param jdbc the store of record
     * @param clock tells when they came to be known
     */
    public EventBatch(JdbcClient jdbc, InstantSource clock) {
        this.clock = clock;
        owners = new ReferenceOwners(jdbc);
        contacts = new ContactRows(jdbc);
        survivors = new Survivors(jdbc);
        changes = new ChangeStream(jdbc);
        events = new EventRows(jdbc);
        sources = new EventSources(jdbc, clock);
        responses = new ResponseRows(jdbc);
    }

    /**
     * Records them in their order, within the caller's transaction.
     *
     * @return what came of each
     * @throws LockRetry.Stale when another writer came between: the transaction is to be rolled back and done again
     */
    public List<Outcome> record(int directory, List<Item> items) {
        List<@Nullable Long> holders = lockedHolders(directory, items);
        long now = clock.millis();
        Adding adding = new Adding(directory, now, items, holders);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Long holder = holders.get(i);
            outcomes.add(
                    switch (items.get(i).what()) {
                        case Touchpoint touchpoint -> adding.add(touchpoint.addition(), holder);
                        case Response response -> adding.add(response.response(), holder);
                    });
        }

        adding.write();
        return outcomes;
    }

    /**
     * Records responses that have no contact, within the caller's transaction; those that are recorded already stay as they
     * are, but for one that is not verified and comes verified now.
     *
     * @throws LockRetry.Stale as {@link #record}
     */
    public void recordWithoutContact(List<NewResponse> some) {
        NewResponses adding = new NewResponses(some);
        some.forEach(response -> adding.add(response, null));
        try {
            adding.write(0, clock.millis());
        } catch (DuplicateKeyException e) {
            throw new LockRetry.Stale("A response has come to be known meanwhile");
        }
    }

    /**
     * Responses that are to be recorded. The first one of an id counts, but a verified one takes the place of one that is not:
     * anybody could have sent that beforehand.
     */
    private final class NewResponses {

        private final Map<NewResponse.Key, Boolean> known;
        private final Set<NewResponse.Key> replaced = new HashSet<>();
        private final Map<NewResponse.Key, Holding> added = new LinkedHashMap<>();

        /** A response with the number of its contact. */
        private record Holding(
                NewResponse response, @Nullable Long holder) {}

        NewResponses(List<NewResponse> asked) {
            known = responses.known(asked);
        }

        /** Adds a response; whether it counts. */
        boolean add(NewResponse response, @Nullable Long holder) {
            Boolean verified = known.get(response.key());
            if (verified != null && (verified || !response.verified())) {
                return false;
            }

            if (verified != null && !added.containsKey(response.key())) {
                replaced.add(response.key());
            }

            known.put(response.key(), response.verified());
            added.put(response.key(), new Holding(response, holder));
            return true;
        }

        void write(int directory, long now) {
            replaced.forEach(responses::remove);
            List<NewResponse> ofContacts = new ArrayList<>();
            List<Long> holders = new ArrayList<>();
            for (Holding one : added.values()) {
                Long holder = one.holder();
                if (holder == null) {
                    responses.add(one.response(), now);
                } else {
                    ofContacts.add(one.response());
                    holders.add(holder);
                }
            }

            responses.add(directory, ofContacts, holders, now);
        }

        /** One that is not verified is not noted, so that nothing starts from it. */
        void note(ContactChanges changed) {
            for (Holding one : added.values()) {
                Long holder = one.holder();
                if (holder != null && one.response().verified()) {
                    changed.add(holder, Set.of(ChangeKind.RESPONSES));
                }
            }
        }
    }

    /** Locks the contacts; the number of the one that each is about, null where there is none. */
    private List<@Nullable Long> lockedHolders(int directory, List<Item> items) {
        List<@Nullable Long> numbers = numbers(directory, items);
        Map<Long, Long> holders = lockHolders(directory, numbers);
        List<@Nullable Long> locked = new ArrayList<>();
        for (Long number : numbers) {
            locked.add(number == null ? null : holders.get(number));
        }

        return locked;
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

    private static EventKey key(Addition addition) {
        return EventKey.ofId(addition.source(), Objects.requireNonNull(addition.key()));
    }

    private static StoredEvent touchpoint(long contact, Addition addition, long now) {
        return new StoredEvent(
                key(addition), contact, 0, addition.source(), addition.key(), addition.content(), null, now);
    }

    /** What is not known yet, in the order in which it came. */
    private final class Adding {

        private final int directory;
        private final long now;
        private final Set<EventKey> knownTouchpoints;
        private final List<StoredEvent> touchpoints = new ArrayList<>();
        private final NewResponses newResponses;

        Adding(int directory, long now, List<Item> items, List<@Nullable Long> lockedHolders) {
            this.directory = directory;
            this.now = now;
            Set<EventKey> keys = new HashSet<>();
            List<NewResponse> asked = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                switch (items.get(i).what()) {
                    case Touchpoint touchpoint -> {
                        if (lockedHolders.get(i) != null) {
                            keys.add(key(touchpoint.addition()));
                        }
                    }
                    case Response response -> asked.add(response.response());
                }
            }

            knownTouchpoints = keys.isEmpty()
                    ? new HashSet<>()
                    : events.find(EventKind.TOUCHPOINT, directory, keys).stream()
                            .map(StoredEvent::key)
                            .collect(Collectors.toCollection(HashSet::new));
            newResponses = new NewResponses(asked);
        }

        Outcome add(Addition addition, @Nullable Long holder) {
            if (holder == null) {
                return Outcome.UNKNOWN;
            }

            StoredEvent touchpoint = touchpoint(holder, addition, now);
            if (!knownTouchpoints.add(touchpoint.key())) {
                return Outcome.REPEATED;
            }

            touchpoints.add(touchpoint);
            return Outcome.RECORDED;
        }

        Outcome add(NewResponse response, @Nullable Long holder) {
            boolean counts = newResponses.add(response, holder);
            if (holder == null) {
                return Outcome.UNKNOWN;
            }

            return counts ? Outcome.RECORDED : Outcome.REPEATED;
        }

        void write() {
            try {
                events.addNew(EventKind.TOUCHPOINT, directory, touchpoints);
                newResponses.write(directory, now);
            } catch (DuplicateKeyException e) {
                throw new LockRetry.Stale("A key has come to be known meanwhile");
            }

            touchpoints.stream()
                    .map(StoredEvent::source)
                    .distinct()
                    .forEach(source -> sources.register(directory, source));
            ContactChanges changed = changed();
            if (!changed.isEmpty()) {
                changes.note(directory, () -> changed, now);
            }
        }

        private ContactChanges changed() {
            ContactChanges changed = new ContactChanges();
            touchpoints.forEach(touchpoint -> changed.add(touchpoint.contact(), Set.of(ChangeKind.TOUCHPOINTS)));
            newResponses.note(changed);
            return changed;
        }
    }
}
