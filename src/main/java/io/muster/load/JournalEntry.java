package io.muster.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
 */
public record JournalEntry(
        long number,
        List<RowOutcome> rows,
        NetWrite.@Nullable Before before,
        ListChange.@Nullable Membership listBefore,
        boolean joined,
        List<ClaimKey> transactions) {

    static JournalEntry of(NetWrite write, LoadTask task) {
        ListChange list = write.list();
        return new JournalEntry(
                task.number(write.ref()),
                write.rows(),
                write.before(),
                list == null ? null : list.before(),
                list != null,
                write.transactions().isEmpty() ? List.of() : transactionKeys(write, task));
    }

    private static List<ClaimKey> transactionKeys(NetWrite write, LoadTask task) {
        return write.transactions().stream()
                .map(transaction -> transaction.forContact(task.number(write.ref())))
                .map(transaction -> new ClaimKey(0, transaction.high(), transaction.low()))
                .toList();
    }

    void write(NetWriteCodec.Bytes out) {
        out.putLong(number);
        NetWriteCodec.rows(rows, out);

        out.put((before == null ? 0 : 1) | (listBefore == null ? 0 : 2) | (joined ? 4 : 0));
        if (before != null) {
            NetWriteCodec.image(before.image(), out);
            out.putInt(before.version());
            out.putLong(before.createdAt());
            out.putLong(before.modifiedAt());
        }

        if (listBefore != null) {
            NetWriteCodec.membership(listBefore, out);
        }

        out.putInt(transactions.size());
        for (ClaimKey key : transactions) {
            NetWriteCodec.key(key, out);
        }
    }

    static JournalEntry read(ByteBuffer in) {
        long number = in.getLong();
        List<RowOutcome> rows = NetWriteCodec.rows(in);

        int present = in.get();
        NetWrite.Before before = (present & 1) == 0
                ? null
                : new NetWrite.Before(NetWriteCodec.image(in), in.getInt(), in.getLong(), in.getLong());
        ListChange.Membership listBefore = (present & 2) == 0 ? null : NetWriteCodec.membership(in);
        int keyCount = in.getInt();
        List<ClaimKey> keys = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            keys.add(NetWriteCodec.key(in));
        }

        return new JournalEntry(number, rows, before, listBefore, (present & 4) != 0, keys);
    }
}
