package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.StoredEvent;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks up what the rows at hand need, in batches: for files that are small against the directory. */
class LookupView implements DirectoryView {

    private final SnapshotReader reader;
    private final KeyMaker keys;
    private final boolean hasList;
    private final boolean hasShadows;
    private final boolean hasAliases;
    private final boolean hasMerges;
    private final boolean hasFormerEvents;
    private Looked looked = new Looked();
    private @Nullable Looked ahead;
    // Only of kinds of which the directory has any.
    private final Map<EventKind, KnownEvents> events = new EnumMap<>(EventKind.class);

    /** The keys of one kind that were looked up last: whether they are recorded, and what is recorded. */
    private record KnownEvents(Map<EventKey, Boolean> ofContent, Map<EventKey, Optional<StoredEvent>> ofIds) {}

    LookupView(SnapshotReader reader, KeyMaker keys, boolean hasList) {
        this.reader = reader;
        this.keys = keys;
        this.hasList = hasList;
        this.hasShadows = reader.hasShadows();
        this.hasAliases = reader.hasAliases();
        this.hasMerges = reader.hasMerges();
        this.hasFormerEvents = reader.hasFormerEvents();
        for (EventKind kind : EventKind.values()) {
            if (reader.hasEvents(kind)) {
                events.put(kind, new KnownEvents(Map.of(), Map.of()));
            }
        }
    }

    /** What was looked up for some rows. */
    final class Looked implements Ahead {

        private final Map<IdentityKey, Long> owners = new HashMap<>();
        private final Map<Long, SurveyedContact> contacts = new HashMap<>();
        // By the very values, as no two rows share any.
        private final IdentityHashMap<IncomingRow.Values, Long> asStored = new IdentityHashMap<>();

        /** Notes that a row says what is stored of a contact. */
        void isAsStored(IncomingRow.Values row, long number) {
            asStored.put(row, number);
        }

        void owners(Collection<IdentityKey> asked) {
            List<IdentityKey> open = asked.stream()
                    .filter(key -> owners.putIfAbsent(key, KeyOwner.NOBODY) == null)
                    .toList();
            reader.owners(open, owners::put);
        }

        void contacts(Set<Long> numbers) {
            Map<Long, Membership> memberships = new HashMap<>();
            if (hasList) {
                reader.members(numbers, memberships::put);
            }

            reader.contacts(
                    numbers,
                    stored -> contacts.put(
                            stored.number(), new SurveyedContact(stored, memberships.get(stored.number()))));
        }

        /** Reads these contacts and the owners that were looked up, and looks up who owns their keys. */
        void withOwners(Set<Long> numbers) {
            numbers.addAll(owners.values());
            numbers.remove(KeyOwner.NOBODY);
            contacts(numbers);
            // A contact whose values differ from its row may give keys up: who owns those will be asked.
            Set<IdentityKey> own = new HashSet<>();
            for (SurveyedContact contact : contacts.values()) {
                Profile values = contact.stored().profile();
                for (int place = 0; place < keys.size(); place++) {
                    IdentityKey key = keys.key(place, values);
                    if (key != null && !isKnown(key)) {
                        own.add(key);
                    }
                }
            }

            owners(own);
        }
    }

    @Override
    public @Nullable Ahead lookAhead(List<IncomingRow> rows) {
        return look(rows);
    }

    /** Looks up what rows will need, on any thread. */
    Looked look(List<IncomingRow> rows) {
        Looked found = new Looked();
        Set<IdentityKey> asked = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        for (IncomingRow row : rows) {
            for (IdentityKey key : row.keys()) {
                if (key != null) {
                    asked.add(key);
                }
            }

            numbers.add(row.values().contact());
        }

        found.owners(asked);
        found.withOwners(numbers);
        return found;
    }

    @Override
    public void take(@Nullable Ahead found) {
        ahead = found instanceof Looked own ? own : null;
    }

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> further) {
        looked = ahead == null ? look(rows) : ahead;
        ahead = null;
        looked.owners(further.stream().filter(key -> !isKnown(key)).toList());
    }

    @Override
    public boolean isAsStored(long number, IncomingRow.Values row) {
        Long known = looked.asStored.get(row);
        return known != null && known == number;
    }

    /** Whether the owner of a key is known without being looked up. */
    boolean isKnown(IdentityKey key) {
        return false;
    }

    @Override
    public long owner(IdentityKey key) {
        Long owner = looked.owners.get(key);
        if (owner == null) {
            looked.owners(Set.of(key));
            owner = looked.owners.getOrDefault(key, KeyOwner.NOBODY);
        }

        return owner;
    }

    @Override
    public List<Long> shadows(IdentityKey key) {
        return hasShadows ? reader.shadows(key) : List.of();
    }

    @Override
    public @Nullable SurveyedContact contact(long number) {
        if (!looked.contacts.containsKey(number)) {
            looked.contacts(Set.of(number));
        }

        return looked.contacts.get(number);
    }

    @Override
    public List<String> aliases(long number) {
        return hasAliases ? reader.aliases(number) : List.of();
    }

    @Override
    public List<IdentityKey> contentKeys(long number) {
        return reader.contentKeys(number);
    }

    @Override
    public List<EventKey> events(EventKind kind, long number) {
        return events.containsKey(kind) ? reader.events(kind, number) : List.of();
    }

    @Override
    public List<Long> absorbed(long number) {
        return hasMerges ? reader.absorbed(number) : List.of();
    }

    @Override
    public long survivor(long number) {
        return hasMerges ? reader.survivor(number) : 0;
    }

    @Override
    public void prepare(EventKind kind, Set<EventKey> ofIds, Set<EventKey> ofContent) {
        if (events.containsKey(kind)) {
            events.put(kind, new KnownEvents(recorded(kind, ofContent), stored(kind, ofIds)));
        }
    }

    @Override
    public boolean hasEvent(EventKind kind, EventKey key) {
        KnownEvents known = events.get(kind);
        return known != null
                && (known.ofContent().containsKey(key) ? known.ofContent() : recorded(kind, Set.of(key)))
                        .getOrDefault(key, false);
    }

    @Override
    public @Nullable StoredEvent event(EventKind kind, EventKey key) {
        KnownEvents known = events.get(kind);
        return known == null
                ? null
                : (known.ofIds().containsKey(key) ? known.ofIds() : stored(kind, Set.of(key)))
                        .getOrDefault(key, Optional.empty())
                        .orElse(null);
    }

    @Override
    public boolean hasFormerEvents() {
        return hasFormerEvents;
    }

    private Map<EventKey, Boolean> recorded(EventKind kind, Set<EventKey> keys) {
        Map<EventKey, Boolean> known = new HashMap<>();
        keys.forEach(key -> known.put(key, false));
        reader.eventKeys(kind, keys, key -> known.put(key, true));
        return known;
    }

    private Map<EventKey, Optional<StoredEvent>> stored(EventKind kind, Set<EventKey> keys) {
        Map<EventKey, Optional<StoredEvent>> known = new HashMap<>();
        keys.forEach(key -> known.put(key, Optional.empty()));
        reader.events(kind, keys, event -> known.put(event.key(), Optional.of(event)));
        return known;
    }

    @Override
    public void close() {
        reader.close();
    }
}
