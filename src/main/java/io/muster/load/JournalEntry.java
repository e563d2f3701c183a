package io.muster.load;

import io.muster.directory.Membership;
import io.muster.directory.StoredContact;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run did to one contact, as the journal keeps it for lineage and for undoing the run.
 *
 * @param number the contact's number
 * @param rows the rows behind it, with what each of them changed
 * @param before the contact before the run; null when the run made it
 * @param listBefore its membership in the run's list before; null when there was none
 * @param joined whether the run touched the membership
 * @param transactions keys of the transactions recorded
 * @param touchpoints keys of the touchpoints recorded
 */
public record JournalEntry(
        long number,
        List<RowOutcome> rows,
        @Nullable StoredContact before,
        @Nullable Membership listBefore,
        boolean joined,
        List<EventKey> transactions,
        List<EventKey> touchpoints) {

    // Journals written before contacts had a lineage lack it.
    private static final int LINEAGE = 16;

    static JournalEntry of(NetWrite write, LoadTask task) {
        ListChange list = write.list();
        return new JournalEntry(
                task.number(write.ref()),
                write.rows(),
                write.before(),
                list == null ? null : list.before(),
                list != null,
                keys(EventKind.TRANSACTION, write.transactions(), TransactionWrite::key, task.number(write.ref())),
                keys(EventKind.TOUCHPOINT, write.touchpoints(), TouchpointWrite::key, task.number(write.ref())));
    }

    private static <E> List<EventKey> keys(EventKind kind, List<E> events, Function<E, EventKey> key, long number) {
        return events.isEmpty()
                ? List.of()
                : events.stream()
                        .map(event -> key.apply(event).forContact(kind, number))
                        .toList();
    }

    void write(NetWriteCodec.Bytes out) {
        out.putLong(number);
        NetWriteCodec.rows(rows, out);

        out.put((before == null ? 0 : 1)
                | (listBefore == null ? 0 : 2)
                | (joined ? 4 : 0)
                | (touchpoints.isEmpty() ? 0 : 8)
                | LINEAGE);
        if (before != null) {
            NetWriteCodec.contact(before, out);
        }

        if (listBefore != null) {
            NetWriteCodec.membership(listBefore, out);
        }

        keys(transactions, out);
        if (!touchpoints.isEmpty()) {
            keys(touchpoints, out);
        }
    }

    private static void keys(List<EventKey> keys, NetWriteCodec.Bytes out) {
        out.putInt(keys.size());
        for (EventKey key : keys) {
            // Once a key's rule: 0 for all time.
            out.putInt(0);
            out.putLong(key.high());
            out.putLong(key.low());
        }
    }

    private static List<EventKey> keys(ByteBuffer in) {
        int count = in.getInt();
        List<EventKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.getInt();
            keys.add(new EventKey(in.getLong(), in.getLong(), true));
        }

        return keys;
    }

    static JournalEntry read(ByteBuffer in) {
        long number = in.getLong();
        List<RowOutcome> rows = NetWriteCodec.rows(in);

        int present = in.get();
        StoredContact before = (present & 1) == 0 ? null : NetWriteCodec.contact(number, in, (present & LINEAGE) != 0);
        Membership listBefore = (present & 2) == 0 ? null : NetWriteCodec.membership(in);
        List<EventKey> transactions = keys(in);
        List<EventKey> touchpoints = (present & 8) == 0 ? List.of() : keys(in);
        return new JournalEntry(number, rows, before, listBefore, (present & 4) != 0, transactions, touchpoints);
    }
}
