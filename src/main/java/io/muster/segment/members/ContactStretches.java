package io.muster.segment.members;

import io.muster.segment.evaluate.BlockMembers;
import io.muster.segment.members.SegmentPreview.Estimate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Some of a directory's contacts: {@value #STRETCHES} stretches of {@value #LENGTH} contact numbers, spread evenly over it.
 * Numbers follow the contacts' age, so that few long stretches would be of few ages. For one thread.
 */
final class ContactStretches {

    private static final int STRETCHES = 256;
    private static final int LENGTH = 512;
    private static final int BLOCK = 1 << 16;
    private static final int BLOCK_BITS = 16;

    /** Where few values are to be seen, fewer will do. */
    private static final int FEW = 16;

    private static final int SHORT = 64;

    /** Of a normal distribution, 19 of 20 lie within so many deviations. */
    private static final double DEVIATIONS = 1.96;

    private final long last;
    private final long[] starts;
    private final long[] contacts = new long[STRETCHES];
    private final long[] members = new long[STRETCHES];

    private ContactStretches(long last) {
        this.last = last;
        this.starts = starts(last, STRETCHES, LENGTH);
    }

    /** Over numbers up to that one, of which there are more than the stretches take. */
    static ContactStretches over(long last) {
        return new ContactStretches(last);
    }

    /** Some numbers up to that one. */
    static List<Long> numbers(long last) {
        List<Long> numbers = new ArrayList<>();
        long next = 1;
        for (long start : starts(last, FEW, SHORT)) {
            for (long number = Math.max(next, start); number < start + SHORT && number <= last; number++) {
                numbers.add(number);
            }

            next = Math.max(next, start + SHORT);
        }

        return numbers;
    }

    private static long[] starts(long last, int many, int length) {
        long[] starts = new long[many];
        for (int i = 0; i < many; i++) {
            long middle = (2L * i + 1) * last / (2L * many);
            starts[i] = Math.max(1, middle - length / 2);
        }

        return starts;
    }

    /** The positions of all stretches, by block. */
    SortedMap<Integer, RoaringBitmap> positions() {
        SortedMap<Integer, RoaringBitmap> positions = new TreeMap<>();
        for (long start : starts) {
            for (long from = start; from < start + LENGTH; ) {
                int block = (int) (from >>> BLOCK_BITS);
                long end = Math.min(start + LENGTH, (block + 1L) << BLOCK_BITS);
                positions
                        .computeIfAbsent(block, key -> new RoaringBitmap())
                        .add(from % BLOCK, from % BLOCK + end - from);
                from = end;
            }
        }

        return positions;
    }

    /** Adds what was found in a block. */
    void add(BlockMembers block, RoaringBitmap found) {
        long first = (long) block.block() << BLOCK_BITS;
        for (int i = 0; i < STRETCHES; i++) {
            long from = Math.max(starts[i], first) - first;
            long end = Math.min(starts[i] + LENGTH, first + BLOCK) - first;
            if (from < end) {
                contacts[i] += block.contacts().rangeCardinality(from, end);
                members[i] += found.rangeCardinality(from, end);
            }
        }
    }

    /** How many contacts were read. */
    long contacts() {
        return sum(contacts);
    }

    private static long sum(long[] numbers) {
        long sum = 0;
        for (long number : numbers) {
            sum += number;
        }

        return sum;
    }

    /** What this says of all contacts: a ratio, with the deviation between the stretches. */
    Estimate estimate(Instant asOf) {
        long read = contacts();
        if (read == 0) {
            return new Estimate(false, 0, 0, 0, asOf);
        }

        double share = (double) sum(members) / read;
        double squares = 0;
        for (int i = 0; i < STRETCHES; i++) {
            double off = members[i] - share * contacts[i];
            squares += off * off;
        }

        double mean = (double) read / STRETCHES;
        double deviation = Math.sqrt(squares / (STRETCHES * (STRETCHES - 1.0))) / mean;
        long all = Math.round((double) read / ((long) STRETCHES * LENGTH) * last);
        // None of those read says little of the others: the rule of three.
        double error = share == 0 || share == 1 ? 3.0 / read : DEVIATIONS * deviation;
        return new Estimate(false, all, Math.round(share * all), error, asOf);
    }
}
