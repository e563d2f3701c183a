package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.StoredEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks up what the rows at hand need, in batches: for files that are small against the directory. Of larger files, a row
 * that its first key leads to a contact is compared with the digest of that contact first; one that says the same needs
 * nothing more.
 */
class LookupView implements DirectoryView {

    /** What serves at least one row in so many is done for all rows. */
    static final int ONE_OF = 5;

    private final SnapshotReader reader;
    private final KeyMaker keys;
    private final boolean hasList;
    private final boolean hasShadows;
    private final boolean hasAliases;
    private final boolean hasMerges;
    private final boolean hasFormerEvents;
    private volatile boolean compares;
    private Looked looked = new Looked();
    private @Nullable Looked ahead;
    // Only of kinds of which the directory has any.
    private final Map<EventKind, KnownEvents> events = new EnumMap<>(EventKind.class);

    /** The keys of one kind that were looked up last: whether they are recorded, and what is recorded. */
    private record KnownEvents(Map<EventKey, Boolean> ofContent, Map<EventKey, Optional<StoredEvent>> ofIds) {}

    /** @param compares whether rows are compared with digests as long as that spares most of them more questions */
    LookupView(SnapshotReader reader, KeyMaker keys, boolean hasList, boolean compares) {
        this.reader = reader;
        this.keys = keys;
        this.hasList = hasList;
        this.compares = compares;
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

        /** Reads contacts, and looks up who owns their keys. */
        void withKeys(Set<Long> numbers) {
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
    private Looked look(List<IncomingRow> rows) {
        Looked found = new Looked();
        if (!rows.isEmpty()) {
            List<IncomingRow> different = different(rows, found);
            found.owners(unknown(keys(different)));
            found.withKeys(concerned(different, found));
        }

        return found;
    }

    /** Notes which rows say what is stored, as far as that is cheap to tell; the result are the others. */
    List<IncomingRow> different(List<IncomingRow> rows, Looked found) {
        if (!compares) {
            return rows;
        }

        found.owners(unknown(rows.stream().map(LookupView::first)));
        Set<Long> numbers = new HashSet<>(found.owners.values());
        numbers.removeIf(number -> !KeyOwner.isContact(number));
        Digests digests = new FewDigests();
        reader.digests(numbers, digests);
        if (hasList) {
            reader.members(numbers, digests);
        }

        List<IncomingRow> different = different(rows, found, digests);
        compares = (rows.size() - different.size()) * ONE_OF >= numbers.size();
        return different;
    }

    /** Likewise, by digests that were read. */
    final List<IncomingRow> different(List<IncomingRow> rows, Looked looked, Digests digests) {
        // A loop of its own: reads of memory overlap when nothing else is done between them.
        long[] found = new long[rows.size()];
        for (int i = 0; i < found.length; i++) {
            IdentityKey key = first(rows.get(i));
            found[i] = key == null ? KeyOwner.NOBODY : owner(key, looked);
        }

        LineDigest digest = new LineDigest();
        List<IncomingRow> different = new ArrayList<>();
        for (int i = 0; i < found.length; i++) {
            IncomingRow row = rows.get(i);
            if (KeyOwner.isContact(found[i]) && isAsStored(found[i], row.values(), digests, digest)) {
                looked.asStored.put(row.values(), found[i]);
            } else {
                different.add(row);
            }
        }

        return different;
    }

    /** Whether a row that says something of a contact alone says what is stored of it. */
    final boolean isAsStored(long number, IncomingRow.Values row, Digests digests, LineDigest digest) {
        int flags = digests.flags(number);
        if ((flags & Digests.THERE) == 0
                || row.action().takesAway()
                || row.transaction() != null
                || row.touchpoint() != null
                || !row.listEmbedded().isEmpty()) {
            return false;
        }

        boolean unsubscribed = (flags & Digests.UNSUBSCRIBED) != 0;
        boolean optedOut = (flags & Digests.OPTED_OUT) != 0;
        boolean says = hasList
                ? (flags & Digests.MEMBER) == 0
                        || row.ofDirectory().after(unsubscribed) != unsubscribed
                        || row.optOut().after(optedOut) != optedOut
                : row.optOut().after(unsubscribed) != unsubscribed;
        if (says) {
            return false;
        }

        digest.make(row.said());
        return digests.has(number, digest.high(), digest.low());
    }

    private static @Nullable IdentityKey first(IncomingRow row) {
        for (IdentityKey key : row.keys()) {
            if (key != null) {
                return key;
            }
        }

        return null;
    }

    static Stream<@Nullable IdentityKey> keys(List<IncomingRow> rows) {
        return rows.stream().map(IncomingRow::keys).flatMap(List::stream);
    }

    /** Those of the keys whose owner is not known without being looked up. */
    final Set<IdentityKey> unknown(Stream<@Nullable IdentityKey> keys) {
        Set<IdentityKey> unknown = new HashSet<>();
        keys.forEach(key -> {
            if (key != null && !isKnown(key)) {
                unknown.add(key);
            }
        });
        return unknown;
    }

    /** The contacts that rows name or may mean, as far as their keys were looked up. */
    private Set<Long> concerned(List<IncomingRow> rows, Looked looked) {
        Set<Long> numbers = new HashSet<>();
        for (IncomingRow row : rows) {
            numbers.add(row.values().contact());
            for (IdentityKey key : row.keys()) {
                numbers.add(key == null ? KeyOwner.NOBODY : owner(key, looked));
            }
        }

        numbers.removeIf(number -> !KeyOwner.isContact(number));
        return numbers;
    }

    /** The owner of a key as far as it was looked up. */
    long owner(IdentityKey key, Looked looked) {
        return looked.owners.getOrDefault(key, KeyOwner.NOBODY);
    }

    @Override
    public void take(@Nullable Ahead found) {
        ahead = found instanceof Looked own ? own : null;
    }

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> further) {
        looked = ahead == null ? look(rows) : ahead;
        ahead = null;
        looked.owners(unknown(further.stream()));
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
