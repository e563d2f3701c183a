package io.muster.segment.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.muster.segment.evaluate.BlockMembers;
import io.muster.segment.members.SegmentPreview.Estimate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** What some contacts say of all. */
class ContactStretchesTests {

    private static final long LAST = 10_000_000;

    private static Estimate estimate(long last, LongPredicate exists, LongPredicate member) {
        ContactStretches stretches = ContactStretches.over(last);
        stretches.positions().forEach((block, positions) -> {
            RoaringBitmap contacts = new RoaringBitmap();
            RoaringBitmap members = new RoaringBitmap();
            positions.forEach((int position) -> {
                long number = ((long) block << 16) + position;
                if (number <= last && exists.test(number)) {
                    contacts.add(position);
                    if (member.test(number)) {
                        members.add(position);
                    }
                }
            });
            stretches.add(new BlockMembers(block, contacts, new LinkedHashMap<>()), members);
        });
        return stretches.estimate(Instant.EPOCH);
    }

    private static void assertAbout(Estimate estimate, double share) {
        assertThat((double) estimate.members() / estimate.contacts())
                .isCloseTo(share, within(Math.max(1e-6, estimate.error())));
    }

    @Test
    void twoHundredAndFiftySixStretchesAreReadAndNoMore() {
        assertThat(ContactStretches.over(LAST).positions().values().stream()
                        .mapToLong(RoaringBitmap::getLongCardinality)
                        .sum())
                .isEqualTo(256 * 512);
    }

    @Test
    void aShareIsFoundWithItsErrorWhereverTheMembersAre() {
        Estimate scattered = estimate(LAST, number -> number % 10 > 0, number -> number % 97 == 0);
        assertThat(scattered.isExact()).isFalse();
        assertThat(scattered.contacts()).isCloseTo(9_000_000, within(60_000L));
        assertAbout(scattered, 1 / 97.0);
        assertThat(scattered.error()).isBetween(0.0, 0.001);

        // Those who were made last: whole blocks would say all or nothing.
        Estimate young = estimate(LAST, number -> true, number -> number > 0.9 * LAST);
        assertAbout(young, 0.1);
        assertThat(young.error()).isBetween(0.01, 0.05);
    }

    @Test
    void noneOfThoseReadIsNotNone() {
        Estimate none = estimate(LAST, number -> true, number -> false);
        assertThat(none.members()).isZero();
        assertThat(none.error()).isCloseTo(3.0 / (256 * 512), within(1e-9));
        assertThat(estimate(LAST, number -> false, number -> false).contacts()).isZero();
    }

    @Test
    void someNumbersAreSpreadOverAllAndEachOccursOnce() {
        assertThat(ContactStretches.numbers(0)).isEmpty();
        assertThat(ContactStretches.numbers(5)).isEqualTo(List.of(1L, 2L, 3L, 4L, 5L));
        assertThat(ContactStretches.numbers(LAST)).hasSize(1_024).doesNotHaveDuplicates();
        assertThat(ContactStretches.numbers(700)).doesNotHaveDuplicates().allMatch(number -> number <= 700);
    }
}
