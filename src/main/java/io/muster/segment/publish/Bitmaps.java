package io.muster.segment.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Bitmaps as the database has them: Roaring's portable form, runs where they are smaller. */
public final class Bitmaps {

    private Bitmaps() {}

    /** The bytes of a bitmap. Its inner form may change, its members do not. */
    static byte[] pack(RoaringBitmap bitmap) {
        bitmap.runOptimize();
        ByteBuffer buffer = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
        bitmap.serialize(buffer);
        return buffer.array();
    }

    static byte @Nullable [] packUnlessEmpty(RoaringBitmap bitmap) {
        return bitmap.isEmpty() ? null : pack(bitmap);
    }

    /** The bitmap of some bytes; no bytes are an empty one. */
    public static RoaringBitmap unpack(byte @Nullable [] bytes) {
        RoaringBitmap bitmap = new RoaringBitmap();
        if (bytes != null) {
            try {
                bitmap.deserialize(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException("A bitmap of members cannot be read", e);
            }
        }

        return bitmap;
    }
}
