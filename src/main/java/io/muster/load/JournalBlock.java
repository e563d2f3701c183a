package io.muster.load;

import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one block of a run did.
 *
 * @param list the list that its contacts joined, 0 for none; empty in journals of versions that did not keep it
 * @param entries what it did to each contact
 * @param handovers the keys that left a contact for another one, or for none
 * @param deleted the contacts that it deleted, with all that hung on them just before: to put one back, insert the rows of
 *     its tables, claim the keys of its events, and give it its keys, of which it owned those among the handovers
 */
public record JournalBlock(
        OptionalInt list, List<JournalEntry> entries, List<Handover> handovers, List<ContactImage> deleted) {

    /**
     * A key that another contact owned before.
     *
     * @param ownerBefore the contact that owned it before the block
     * @param owner the owner that the block left, see {@link KeyOwner}
     */
    public record Handover(IdentityKey key, long ownerBefore, long owner) {}

    /** Copies what it is given. */
    public JournalBlock {
        entries = List.copyOf(entries);
        handovers = List.copyOf(handovers);
        deleted = List.copyOf(deleted);
    }

    /** The block without the images of contacts that were put back already. */
    public JournalBlock putBack(Set<Long> numbers) {
        return numbers.isEmpty()
                ? this
                : new JournalBlock(
                        list,
                        entries,
                        handovers,
                        deleted.stream()
                                .filter(image -> !numbers.contains(image.number()))
                                .toList());
    }

    static void write(
            Collection<NetWrite> writes,
            Collection<KeyChange> keys,
            List<ContactImage> deleted,
            LoadTask task,
            NetWriteCodec.Bytes out) {
        out.putInt(writes.size());
        for (NetWrite write : writes) {
            JournalEntry.of(write, task).write(out);
        }

        List<KeyChange> left = keys.stream()
                .filter(key -> key.ownerBefore() > 0 && key.owner() != key.ownerBefore())
                .toList();
        out.putInt(task.list());
        out.putInt(left.size());
        for (KeyChange key : left) {
            NetWriteCodec.key(key.key(), out);
            out.putLong(key.ownerBefore());
            out.putLong(KeyOwner.isContact(key.owner()) ? task.number(key.owner()) : key.owner());
        }

        // Most blocks delete nobody: journals of before have nothing here either.
        if (!deleted.isEmpty()) {
            out.putInt(deleted.size());
            deleted.forEach(image -> image.write(out));
        }
    }

    static JournalBlock read(ByteBuffer in) {
        int contacts = in.getInt();
        List<JournalEntry> entries = new ArrayList<>(contacts);
        for (int i = 0; i < contacts; i++) {
            entries.add(JournalEntry.read(in));
        }

        if (!in.hasRemaining()) {
            return new JournalBlock(OptionalInt.empty(), entries, List.of(), List.of());
        }

        OptionalInt list = OptionalInt.of(in.getInt());
        int moved = in.getInt();
        List<Handover> handovers = new ArrayList<>(moved);
        for (int i = 0; i < moved; i++) {
            handovers.add(new Handover(NetWriteCodec.key(in), in.getLong(), in.getLong()));
        }

        int count = in.hasRemaining() ? in.getInt() : 0;
        List<ContactImage> deleted = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            deleted.add(ContactImage.read(in));
        }

        return new JournalBlock(list, entries, handovers, deleted);
    }
}
