package io.muster.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a block in a side file: count (4) and positions (8 each) of its net writes; count (4) of the keys that
 * change hands, each with key (20), owner before (8), shadows before, owner (8), shadows and met contacts. Lists of
 * contacts are a count (4) and references (8 each).
 */
final class BlockCodec {

    private BlockCodec() {}

    static void write(BlockPlan.Block block, NetWriteCodec.Bytes out) {
        out.putInt(block.positions().length);
        for (long position : block.positions()) {
            out.putLong(position);
        }

        out.putInt(block.keys().size());
        for (KeyChange change : block.keys()) {
            key(change, out);
        }
    }

    static void key(KeyChange change, NetWriteCodec.Bytes out) {
        NetWriteCodec.key(change.key(), out);
        out.putLong(change.ownerBefore());
        refs(change.shadowsBefore(), out);
        out.putLong(change.owner());
        refs(change.shadows(), out);
        refs(change.met(), out);
    }

    static KeyChange key(ByteBuffer in) {
        return new KeyChange(NetWriteCodec.key(in), in.getLong(), refs(in), in.getLong(), refs(in), refs(in));
    }

    static BlockPlan.Block read(ByteBuffer in) {
        long[] positions = new long[in.getInt()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = in.getLong();
        }

        int count = in.getInt();
        List<KeyChange> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(key(in));
        }

        return new BlockPlan.Block(positions, keys);
    }

    private static void refs(List<Long> refs, NetWriteCodec.Bytes out) {
        out.putInt(refs.size());
        for (long ref : refs) {
            out.putLong(ref);
        }
    }

    private static List<Long> refs(ByteBuffer in) {
        int count = in.getInt();
        List<Long> refs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            refs.add(in.getLong());
        }

        return refs;
    }
}
