package io.muster.segment.evaluate;

import java.util.SequencedMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * What a pass found in one block of 65,536 contact numbers. Bitmaps hold positions: the low 16 bits of the numbers.
 *
 * @param block contact numbers shifted right by 16
 * @param contacts the contacts that exist, of those asked for
 * @param members per segment of the pass, in its order, those of them that are members; possibly empty
 */
public record BlockMembers(int block, RoaringBitmap contacts, SequencedMap<Long, RoaringBitmap> members) {}
