package io.muster.dedup.resolve;

import io.muster.dedup.resolve.IncomingRow.IncomingEvent;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.support.Sha256;
import java.util.ArrayList;
import java.util.List;
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
        return key == null || isRecorded(event, key, ref) ? null : key;
    }

    /** The key that {@link #fresh} will ask the view for, as far as can be told before; null when it will ask for none. */
    @Nullable
    EventKey expected(@Nullable IncomingEvent event, long ref) {
        if (event == null) {
            return null;
        }

        if (event.id() != null) {
            return EventKey.ofId(event.id());
        }

        return ref <= 0 ? null : withoutId(event, occurrence(event, ref) + 1).forContact(kind, ref);
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
            return seen.count(key.high(), key.low()) > 1 ? null : key;
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
