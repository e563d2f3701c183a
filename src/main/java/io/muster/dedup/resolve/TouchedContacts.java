package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import io.muster.load.WriteLog;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/** The contacts that a file has touched so far, kept in the log; a contact touched again is appended again. */
final class TouchedContacts implements HeldKeys.FreshOwner, AutoCloseable {

    private static final int MOST_BUSY = 10_000;

    private final WriteLog log;
    private final DirectoryView view;
    private long[] created = new long[1024];
    private int createdCount;
    private final NumberTable changed;
    private long[] changedNumbers = new long[256];
    private int changedCount;
    // Those of them that are as they were: only the lineage moved.
    private final Roaring64NavigableMap confirmed = new Roaring64NavigableMap();
    // Contacts that several rows touch, written when they are pushed out: one with very many rows is not appended
    // again, all its rows with it, for each of them.
    private final LinkedHashMap<Long, TouchedContact> busy = new LinkedHashMap<>(16, 0.75f, true);
    // The contact being worked on, whose latest state is not in the log yet.
    private @Nullable TouchedContact open;

    TouchedContacts(WriteLog log, DirectoryView view, KeyMemory memory) {
        this.log = log;
        this.view = view;
        this.changed = new NumberTable(memory);
    }

    /** The reference of the next new contact. */
    long nextRef() {
        return -1L - createdCount;
    }

    TouchedContact create(TouchedContact draft) {
        nextCreated();
        open(draft);
        return draft;
    }

    private void nextCreated() {
        if (createdCount == created.length) {
            created = Arrays.copyOf(created, createdCount * 2);
        }

        created[createdCount++] = -1;
    }

    /** The contact as earlier rows left it; null when none touched it. */
    @Nullable
    TouchedContact touched(long ref) {
        TouchedContact kept = busy.get(ref);
        if (kept != null) {
            return kept;
        }

        long position = ref < 0 ? created[(int) (-1 - ref)] : changed.get(ref);
        if (position < 0) {
            return null;
        }

        NetWrite write = log.read(position);
        SurveyedContact stored = ref > 0 && write.list() == null ? view.contact(ref) : null;
        return TouchedContact.again(write, stored == null ? null : stored.membership());
    }

    /** Says which contact is being worked on: keys are withdrawn from it rather than from the log. */
    void open(TouchedContact draft) {
        open = draft;
    }

    /** Starts changing a contact that no earlier row changed. */
    TouchedContact change(SurveyedContact stored) {
        nextChanged(stored.stored().number());
        return TouchedContact.update(stored);
    }

    private void nextChanged(long number) {
        if (changedCount == changedNumbers.length) {
            changedNumbers = Arrays.copyOf(changedNumbers, changedCount * 2);
        }

        changedNumbers[changedCount++] = number;
    }

    /** Likewise, but so far only its lineage moves. */
    TouchedContact confirm(SurveyedContact stored) {
        confirmed.addLong(stored.stored().number());
        return change(stored);
    }

    /** Notes that a contact changes in earnest. */
    void changes(long ref) {
        if (ref > 0) {
            confirmed.removeLong(ref);
        }
    }

    /** How many contacts that exist change; those of which only the lineage moves do not count. */
    long changedInEarnest() {
        return changedCount - confirmed.getLongCardinality();
    }

    void save(TouchedContact draft) {
        open = null;
        if (position(draft.ref()) < 0) {
            append(draft);
            return;
        }

        busy.put(draft.ref(), draft);
        if (busy.size() > MOST_BUSY) {
            append(busy.pollFirstEntry().getValue());
        }
    }

    /** Brings the log up to date. */
    void flush() {
        busy.values().forEach(this::append);
        busy.clear();
    }

    private void append(TouchedContact draft) {
        isAt(draft.ref(), log.append(draft.toNetWrite()));
    }

    private void isAt(long ref, long position) {
        if (ref < 0) {
            created[(int) (-1 - ref)] = position;
        } else {
            changed.put(ref, position);
        }
    }

    /**
     * Takes over the contacts in a log that was flushed when a survey stood where it goes on.
     *
     * @param claims told of every net write; a contact's later ones may claim less
     */
    void goOn(Consumer<NetWrite> claims) {
        log.forEach((write, position) -> {
            long ref = write.ref();
            if (ref == nextRef()) {
                nextCreated();
            } else if (ref > 0 && position(ref) < 0) {
                nextChanged(ref);
            }

            isAt(ref, position);
            if (ref > 0 && write.rows().stream().allMatch(row -> row.kind() == RowOutcome.Kind.UNCHANGED)) {
                confirmed.addLong(ref);
            } else {
                changes(ref);
            }

            claims.accept(write);
        });
    }

    @Override
    public void withdraw(long ref, IdentityKey key) {

        TouchedContact current = open;
        if (current != null && current.ref() == ref) {
            current.withdraw(key);
            return;
        }

        TouchedContact draft = touched(ref);
        if (draft != null) {
            draft.withdraw(key);
            save(draft);
        }

        open = current;
    }

    int createdCount() {
        return createdCount;
    }

    long createdPosition(int ordinal) {
        return created[ordinal];
    }

    /** How many contacts that exist were changed. */
    int changedCount() {
        return changedCount;
    }

    /** The number of the contact that was changed as the n-th, counted from 0. */
    long changedNumber(int place) {
        return changedNumbers[place];
    }

    /** The contact's net write as it is in the log. */
    NetWrite write(long ref) {
        return log.read(position(ref));
    }

    /** The numbers of the contacts that exist and were changed, ascending. */
    long[] changedNumbers() {
        long[] numbers = Arrays.copyOf(changedNumbers, changedCount);
        Arrays.sort(numbers);
        return numbers;
    }

    /** The log position of a contact; -1 when no row touched it. */
    long position(long ref) {
        return ref < 0 ? created[(int) (-1 - ref)] : changed.get(ref);
    }

    @Override
    public void close() {
        changed.close();
    }
}
