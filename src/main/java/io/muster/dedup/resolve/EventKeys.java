package io.muster.dedup.resolve;

import io.muster.dedup.resolve.IncomingRow.IncomingEvent;
import io.muster.load.EventContent;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventWrite;
import io.muster.load.RepeatedEvent;
import io.muster.load.StoredEvent;
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
 * Keys of transactions or touchpoints, so that each is recorded once: source and id where the record has an id, else source,
 * contact, date, content and occurrence number within the file. What contacts brought along that became part of another by
 * a merge counts as recorded for that one. A new contact has no records, so their keys are completed when it has a number.
 *
 * <p>A second record of an id that says something else is noted as a difference, or replaces the first when the rules say
 * so and it is newer. A record never moves to another contact.
 *
 * <p>While a directory has records from before ids were kept, the keys that they were given then are asked for too.
 */
final class EventKeys implements AutoCloseable {

    private final EventKind kind;
    private final EventRules rules;
    private final DirectoryView view;
    private final EventDifferences differences;
    private final KeyTable seen;
    // Keys of records whose contact was deleted, until one of them is recorded again.
    private final Set<EventKey> free = new HashSet<>();
    private int created;

    EventKeys(EventKind kind, EventRules rules, DirectoryView view, KeyMemory memory, EventDifferences differences) {
        this.seen = new KeyTable(memory);
        this.kind = kind;
        this.rules = rules;
        this.view = view;
        this.differences = differences;
    }

    /**
     * How a record is to be written for a contact; null when there is none, or it changes nothing.
     *
     * @param touched the contact as earlier rows left it; null when none touched it
     */
    @Nullable
    Recording recording(@Nullable IncomingEvent event, long ref, @Nullable TouchedContact touched) {
        if (event == null) {
            return null;
        }

        String id = event.id();
        return id == null ? withoutId(event, ref) : withId(event, id, ref, touched);
    }

    /** What was recorded for a contact that is deleted is not recorded any more. */
    void forget(long ref, Stream<EventKey> fresh) {
        fresh.filter(EventKey::whole).forEach(free::add);
        if (ref > 0) {
            free.addAll(view.events(kind, ref));
        }
    }

    /** How many records are new. */
    int created() {
        return created;
    }

    private @Nullable Recording withoutId(IncomingEvent event, long ref) {
        Sha256 perContact = perContact(event, ref);
        long occurrence = seen.count(perContact.first(), perContact.second());
        return isRecorded(event, occurrence, ref)
                ? null
                : created(EventKey.ofContent(rules.source(), at(event), event.text(), occurrence), event);
    }

    private Recording created(EventKey key, IncomingEvent event) {
        return new Recording(new EventWrite(key, created++, event.id(), event.content(), null), null);
    }

    private @Nullable Recording withId(IncomingEvent event, String id, long ref, @Nullable TouchedContact touched) {
        EventKey key = EventKey.ofId(rules.source(), id);
        boolean isAgain = seen.count(key.high(), key.low()) > 1;
        EventWrite earlier = isAgain && touched != null ? touched.event(kind, id) : null;
        if (earlier != null) {
            return replaces(earlier.content(), event, id)
                    ? new Recording(earlier.with(event.content()), earlier)
                    : null;
        }

        StoredEvent stored = stored(key, id);
        boolean isFree = free.remove(key) || (stored != null && free.remove(stored.key()));
        if (isFree || (stored == null && !isAgain)) {
            return created(key, event);
        }

        // What an earlier row recorded for another contact, or what another contact has, is not taken away from it.
        if (stored == null || stored.contact() != ref) {
            differences.note(kind, id);
            return null;
        }

        return replaces(stored.content(), event, id)
                ? new Recording(new EventWrite(stored.key(), 0, id, event.content(), stored), null)
                : null;
    }

    private @Nullable StoredEvent stored(EventKey key, String id) {
        StoredEvent stored = view.event(kind, key);
        if (stored != null || !view.hasFormerEvents()) {
            return stored;
        }

        StoredEvent former = view.event(kind, EventKey.formerOfId(id));
        return former != null && former.source().equals(rules.formerSource()) ? former : null;
    }

    /** Whether a record takes the place of an earlier one; where it only says something else, that is noted. */
    private boolean replaces(EventContent earlier, IncomingEvent event, String id) {
        EventContent content = event.content();
        if (content.saysTheSameAs(earlier)) {
            return false;
        }

        if (rules.repeated() == RepeatedEvent.AMEND) {
            if (content.isNewerThan(earlier)) {
                return true;
            }

            if (earlier.isNewerThan(content)) {
                return false;
            }
        }

        differences.note(kind, id);
        return false;
    }

    /** Has the view look up at once what the rows will most likely ask; what else they ask is looked up then. */
    void prepare(
            List<IncomingRow> rows,
            Function<IncomingRow.Values, ? extends @Nullable IncomingEvent> part,
            ToLongFunction<IncomingRow> find) {
        Set<EventKey> ofIds = new HashSet<>();
        Set<EventKey> ofContent = new HashSet<>();
        Map<Sha256, Long> ahead = new HashMap<>();
        for (IncomingRow row : rows) {
            IncomingEvent event = part.apply(row.values());
            if (event == null) {
                continue;
            }

            String id = event.id();
            if (id != null) {
                ofIds.add(EventKey.ofId(rules.source(), id));
                if (view.hasFormerEvents()) {
                    ofIds.add(EventKey.formerOfId(id));
                }

                continue;
            }

            long ref = find.applyAsLong(row);
            if (ref > 0) {
                Sha256 perContact = perContact(event, ref);
                long occurrence =
                        seen.get(perContact.first(), perContact.second()) + ahead.merge(perContact, 1L, Long::sum);
                ofContent.addAll(keys(event, occurrence, ref));
            }
        }

        if (!ofIds.isEmpty() || !ofContent.isEmpty()) {
            view.prepare(kind, ofIds, ofContent);
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

    private boolean isRecorded(IncomingEvent event, long occurrence, long ref) {
        if (ref < 0) {
            return false;
        }

        if (isThere(event, occurrence, ref)) {
            return true;
        }

        List<Long> absorbed = view.absorbed(ref);
        return !absorbed.isEmpty() && occurrence <= known(event, ref, absorbed);
    }

    /** How often the same record is there for a contact and for those that became part of it. */
    private long known(IncomingEvent event, long ref, List<Long> absorbed) {
        long known = 0;
        List<Long> numbers = new ArrayList<>(absorbed);
        numbers.add(ref);
        for (long number : numbers) {
            long occurrence = 1;
            while (isThere(event, occurrence, number)) {
                occurrence++;
                known++;
            }
        }

        return known;
    }

    private boolean isThere(IncomingEvent event, long occurrence, long number) {
        return keys(event, occurrence, number).stream().anyMatch(key -> view.hasEvent(kind, key));
    }

    /** The keys that a record without an id may have for a contact. */
    private List<EventKey> keys(IncomingEvent event, long occurrence, long number) {
        EventKey key = EventKey.ofContent(rules.source(), at(event), event.text(), occurrence)
                .forContact(kind, number);
        return view.hasFormerEvents()
                ? List.of(
                        key,
                        EventKey.formerOfContent(rules.formerSource(), at(event), event.text(), occurrence)
                                .forContact(kind, number))
                : List.of(key);
    }

    private static long at(IncomingEvent event) {
        return event.content().happenedAt();
    }

    private Sha256 perContact(IncomingEvent event, long ref) {
        Sha256 first = Sha256.of("content", Long.toString(at(event)), event.text());
        return Sha256.of("contact", Long.toString(ref), first.hex());
    }

    @Override
    public void close() {
        seen.close();
    }
}
