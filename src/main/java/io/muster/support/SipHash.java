package io.muster.support;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein): 64 bits of a text under a key of 128 bits. Who does not know the key
 * cannot make two texts meet.
 *
 * @param first the first half of the key, little-endian
 * @param second the second half
 */
public record SipHash(long first, long second) {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** A key made of texts, the same for the same texts. */
    public static SipHash keyedBy(String... texts) {
        Sha256 hash = Sha256.of(texts);
        return new SipHash(hash.first(), hash.second());
    }

    /** The hash of some bytes; allocates nothing. */
    public long of(byte[] bytes, int from, int length) {
        long v0 = first ^ 0x736F6D6570736575L;
        long v1 = second ^ 0x646F72616E646F6DL;
        long v2 = first ^ 0x6C7967656E657261L;
        long v3 = second ^ 0x7465646279746573L;
        int whole = from + (length & ~7);
        int at = from;
        for (int rounds = 0; ; ) {
            long word;
            if (at < whole) {
                word = (long) LONGS.get(bytes, at);
                at += 8;
            } else if (rounds == 0) {
                word = (long) length << 56;
                for (int i = whole; i < from + length; i++) {
                    word |= (bytes[i] & 0xFFL) << (8 * (i - whole));
                }

                rounds = 1;
            } else {
                break;
            }

            v3 ^= word;
            for (int i = 0; i < 2; i++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }

            v0 ^= word;
        }

        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }
}
