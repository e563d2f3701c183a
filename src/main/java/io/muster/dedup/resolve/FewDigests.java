package io.muster.dedup.resolve;

import java.util.HashMap;
import java.util.Map;

/** The digests of some contacts anywhere in a directory. */
final class FewDigests implements Digests {

    private static final Digest NOBODY = new Digest(0, 0, 0);

    private final Map<Long, Digest> digests = new HashMap<>();

    private record Digest(long high, long low, int flags) {}

    @Override
    public void put(long number, long high, long low, int flags) {
        digests.put(number, new Digest(high, low, flags));
    }

    @Override
    public void flag(long number, int flags) {
        digests.computeIfPresent(
                number, (ignored, digest) -> new Digest(digest.high(), digest.low(), digest.flags() | flags));
    }

    @Override
    public int flags(long number) {
        return digests.getOrDefault(number, NOBODY).flags();
    }

    @Override
    public boolean has(long number, long high, long low) {
        Digest digest = digests.getOrDefault(number, NOBODY);
        return digest.high() == high && digest.low() == low;
    }
}
