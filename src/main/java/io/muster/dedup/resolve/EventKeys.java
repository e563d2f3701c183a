package io.muster.dedup.resolve;

import io.muster.dedup.resolve.IncomingRow.IncomingEvent;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.support.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys of transactions or touchpoints, so that each is recorded once: the record's own id, else scope, contact, date,
 * content and occurrence number within the file. What contacts brought along that became part of another by a merge
 * counts as recorded for that one. A new contact has no records, so their keys are completed when it has a number.
 */
final class EventKeys implements AutoCloseable {

    private final EventKind kind;
    private final String scope;
    private final DirectoryView view;
    private final KeyTable seen;
    // Keys of records whose contact was deleted, until one of them is recorded again.
    private final Set<EventKey> free = new HashSet<>();

    EventKeys(EventKind kind, String scope, DirectoryView view, KeyMemory memory) {
        this.seen = new KeyTable(memory);
        this.kind = kind;
        this.scope = scope;
        this.view = view;
    }

    /** The key under which a record is to be written for a contact; null when there is none or it is written already. */
    @Nullable
    EventKey fresh(@Nullable IncomingEvent event, long ref) {
        if (event == null) {
            return null;
        }

        EventKey key = key(event, ref);
        return key == null || (!free.remove(key) && isRecorded(event, key, ref)) ? null : key;
    }

    /** What was recorded for a contact that is deleted is not recorded any more. */
    void forget(long ref, Stream<EventKey> fresh) {
        fresh.filter(EventKey::whole).forEach(free::add);
        if (ref > 0) {
            free.addAll(view.events(kind, ref));
        }
    }

    /** Has the view look up at once what the rows will most likely ask; what else they ask is looked up then. */
    void prepare(
            List<IncomingRow> rows,
            Function<IncomingRow.Values, ? extends @Nullable IncomingEvent> part,
            ToLongFunction<IncomingRow> find) {
        Set<EventKey> likely = new HashSet<>();
        Map<Sha256, Long> ahead = new HashMap<>();
        for (IncomingRow row : rows) {
            IncomingEvent event = part.apply(row.values());
            if (event == null) {
                continue;
            }

            if (event.id() != null) {
                likely.add(EventKey.ofId(event.id()));
                continue;
            }

            long ref = find.applyAsLong(row);
            if (ref > 0) {
                long occurrence = occurrence(event, ref) + ahead.merge(perContact(event, ref), 1L, Long::sum);
                likely.add(withoutId(event, occurrence).forContact(kind, ref));
            }
        }

        if (!likely.isEmpty()) {
            view.prepare(kind, likely);
        }
    }

    /**
     * Counts a record that an earlier round decided, so that equal ones without an id keep their occurrence numbers. Whether
     * one with an id is there, the view tells.
     */
    void pass(@Nullable IncomingEvent event, long ref) {
        if (event != null && event.id() == null && ref != 0) {
            Sha256 perContact = perContact(event, ref);
            seen.count(perContact.first(), perContact.second());
        }
    }

    private boolean isRecorded(IncomingEvent event, EventKey key, long ref) {
        if (ref < 0 && !key.whole()) {
            return false;
        }

        if (view.hasEvent(kind, key.forContact(kind, ref))) {
            return true;
        }

        List<Long> absorbed = key.whole() ? List.of() : view.absorbed(ref);
        return !absorbed.isEmpty() && occurrence(event, ref) <= known(event, ref, absorbed);
    }

    /** How often the same record is there for a contact and for those that became part of it. */
    private long known(IncomingEvent event, long ref, List<Long> absorbed) {
        long known = 0;
        List<Long> numbers = new ArrayList<>(absorbed);
        numbers.add(ref);
        for (long number : numbers) {
            long occurrence = 1;
            while (view.hasEvent(kind, withoutId(event, occurrence).forContact(kind, number))) {
                occurrence++;
                known++;
            }
        }

        return known;
    }

    /** Null when the file had a record of that id before. */
    private @Nullable EventKey key(IncomingEvent event, long ref) {
        if (event.id() != null) {
            EventKey key = EventKey.ofId(event.id());
            return seen.count(key.high(), key.low()) > 1 && !free.contains(key) ? null : key;
        }

        Sha256 perContact = perContact(event, ref);
        return withoutId(event, seen.count(perContact.first(), perContact.second()));
    }

    private long occurrence(IncomingEvent event, long ref) {
        Sha256 perContact = perContact(event, ref);
        return seen.get(perContact.first(), perContact.second());
    }

    private Sha256 perContact(IncomingEvent event, long ref) {
        Sha256 first = Sha256.of("content", scope, Long.toString(event.happenedAt()), event.content());
        return Sha256.of("contact", Long.toString(ref), first.hex());
    }

    private EventKey withoutId(IncomingEvent event, long occurrence) {
        return EventKey.ofContent(scope, event.happenedAt(), event.content(), occurrence);
    }

    @Override
    public void close() {
        seen.close();
    }
}
