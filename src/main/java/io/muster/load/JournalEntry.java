package io.muster.load;

import io.muster.directory.ContactField;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.load.RowOutcome.Changed;
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
 * @param left the contact as the run left it; null in journals of versions that did not keep that
 * @param listBefore its membership in the run's list before; null when there was none
 * @param joined whether the run touched the membership
 * @param transactions keys of the transactions recorded
 * @param touchpoints keys of the touchpoints recorded
 * @param replaced transactions and touchpoints that newer ones took the place of
 */
public record JournalEntry(
        long number,
        List<RowOutcome> rows,
        @Nullable StoredContact before,
        @Nullable Left left,
        @Nullable Membership listBefore,
        boolean joined,
        List<EventKey> transactions,
        List<EventKey> touchpoints,
        List<ReplacedEvent> replaced) {

    // Bits and places that stand for something in journals do so for all time.
    private static final int REPLACED = 128;
    private static final List<EventKind> KINDS = List.of(EventKind.TRANSACTION, EventKind.TOUCHPOINT);

    private static final int FIRST_VERSION = 1;

    // Journals written before contacts had a lineage lack it, and those before undos lack what the run left.
    private static final int LINEAGE = 16;
    private static final int LEFT = 32;
    private static final int MOVED = 64;

    /**
     * A contact as the run left it: what is still so, nobody has changed since.
     *
     * @param profile its values; null for a contact that the run made, which has {@code print} instead
     * @param print a fingerprint of the values of a contact that the run made; 0 for others
     * @param lineage where its values came from; not kept of a contact that the run made
     * @param moved whether the contact's version moved
     * @param list its membership in the run's list; null when the run did not touch it, or ended it
     */
    public record Left(
            @Nullable Profile profile,
            long print,
            Lineage lineage,
            boolean moved,
            @Nullable Membership list) {

        private static Left by(NetWrite write) {
            ListChange list = write.list();
            return new Left(
                    write.creates() ? null : write.after(),
                    write.creates() ? write.after().fingerprint() : 0,
                    write.creates() ? Lineage.UNKNOWN : write.lineage(),
                    write.changesContact() || write.movesLineageAlone(),
                    list == null ? null : list.after());
        }

        /** Whether these are the values that the run left. */
        public boolean isStill(Profile values) {
            return profile == null ? print == values.fingerprint() : profile.equals(values);
        }
    }

    static JournalEntry of(NetWrite write, LoadTask task) {
        ListChange list = write.list();
        return new JournalEntry(
                task.number(write.ref()),
                write.rows(),
                write.before(),
                Left.by(write),
                list == null ? null : list.before(),
                list != null,
                keys(EventKind.TRANSACTION, write, task),
                keys(EventKind.TOUCHPOINT, write, task),
                replaced(write));
    }

    private static List<EventKey> keys(EventKind kind, NetWrite write, LoadTask task) {
        List<EventWrite> events = write.events(kind);
        return events.isEmpty()
                ? List.of()
                : events.stream()
                        .filter(EventWrite::isNew)
                        .map(event -> event.key().forContact(kind, task.number(write.ref())))
                        .toList();
    }

    private static List<ReplacedEvent> replaced(NetWrite write) {
        if (write.transactions().isEmpty() && write.touchpoints().isEmpty()) {
            return List.of();
        }

        List<ReplacedEvent> replaced = new ArrayList<>(0);
        for (EventKind kind : EventKind.values()) {
            for (EventWrite event : write.events(kind)) {
                StoredEvent before = event.replaced();
                if (before != null) {
                    replaced.add(new ReplacedEvent(kind, before));
                }
            }
        }

        return replaced;
    }

    void write(NetWriteCodec.Bytes out) {
        out.putLong(number);
        NetWriteCodec.rows(rows, out);

        out.put((before == null ? 0 : 1)
                | (listBefore == null ? 0 : 2)
                | (joined ? 4 : 0)
                | (touchpoints.isEmpty() ? 0 : 8)
                | LINEAGE
                | (left == null ? 0 : left.moved() ? LEFT | MOVED : LEFT)
                | (replaced.isEmpty() ? 0 : REPLACED));
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

        if (left != null) {
            left(left, out);
        }

        if (!replaced.isEmpty()) {
            out.putInt(replaced.size());
            for (ReplacedEvent event : replaced) {
                out.put(KINDS.indexOf(event.kind()));
                EventCodec.stored(event.before(), out);
            }
        }
    }

    /** Of a contact that was there before, only what changed. */
    private void left(Left after, NetWriteCodec.Bytes out) {
        Profile profile = after.profile();
        if (before == null || profile == null) {
            out.putLong(after.print());
        } else {
            int changed = Changed.between(before.profile(), profile);
            out.putInt(changed);
            for (ContactField field : ContactField.ALL) {
                if ((changed & 1 << field.place()) != 0) {
                    out.putText(profile.field(field));
                }
            }

            if ((changed & Changed.EMBEDDED.bit()) != 0) {
                out.putText(profile.embeddedJson());
            }

            NetWriteCodec.lineage(after.lineage(), out);
        }

        if (joined) {
            Membership list = after.list();
            out.put(list == null ? 0 : 1);
            if (list != null) {
                NetWriteCodec.membership(list, out);
            }
        }
    }

    private static Left left(@Nullable StoredContact before, boolean moved, boolean joined, ByteBuffer in) {
        long print = before == null ? in.getLong() : 0;
        Profile profile = before == null ? null : profile(before.profile(), in);
        Lineage lineage = before == null ? Lineage.UNKNOWN : NetWriteCodec.lineage(in);
        return new Left(profile, print, lineage, moved, joined && in.get() == 1 ? NetWriteCodec.membership(in) : null);
    }

    private static Profile profile(Profile before, ByteBuffer in) {
        int changed = in.getInt();
        if (changed == 0) {
            return before;
        }

        @Nullable String[] values = before.values();
        for (ContactField field : ContactField.ALL) {
            if ((changed & 1 << field.place()) != 0) {
                values[field.place()] = NetWriteCodec.text(in);
            }
        }

        boolean optOutChanged = (changed & Changed.OPT_OUT.bit()) != 0;
        String embedded = (changed & Changed.EMBEDDED.bit()) != 0 ? NetWriteCodec.text(in) : before.embeddedJson();
        return Profile.stored(values, before.unsubscribed() != optOutChanged, embedded);
    }

    /** Whether the run changed anything of the contact; rows that took back what earlier ones did change nothing. */
    public boolean changesAnything() {
        return before == null || !touchpoints.isEmpty() || !replaced.isEmpty() || moved();
    }

    /**
     * Whether the run deleted the contact, or made and deleted it, so that it never came to be. Of one that was there, the
     * block has the whole image.
     */
    public boolean deletes() {
        return rows.stream().anyMatch(row -> Changed.DELETED.in(row.changed()) == 1);
    }

    /** The version at which the run left the contact. */
    public int versionLeft() {
        return before == null ? FIRST_VERSION : before.version() + (moved() ? 1 : 0);
    }

    private boolean moved() {
        return left == null
                ? joined || !transactions.isEmpty() || rows.stream().anyMatch(row -> changesRow(row.changed()))
                : left.moved();
    }

    private static boolean changesRow(int changed) {
        return (changed & ~Changed.TOUCHPOINT.bit()) != 0;
    }

    private static List<ReplacedEvent> replaced(ByteBuffer in) {
        int count = in.getInt();
        List<ReplacedEvent> replaced = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            replaced.add(new ReplacedEvent(KINDS.get(in.get()), EventCodec.stored(in)));
        }

        return replaced;
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
        boolean joined = (present & 4) != 0;
        Left left = (present & LEFT) == 0 ? null : left(before, (present & MOVED) != 0, joined, in);
        List<ReplacedEvent> replaced = (present & REPLACED) == 0 ? List.of() : replaced(in);
        return new JournalEntry(number, rows, before, left, listBefore, joined, transactions, touchpoints, replaced);
    }
}
