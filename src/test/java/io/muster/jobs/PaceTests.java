package io.muster.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTests {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final Pace pace = new Pace(START);

    private void reached(long seconds, long done, double share) {
        pace.reached(START.plusSeconds(seconds), done, share);
    }

    @Test
    void isTheAverageSinceTheStepBegan() {
        reached(10, 1_000, 0.1);
        reached(20, 4_000, 0.2);

        assertThat(pace.rate()).isEqualTo(200);
        assertThat(pace.done()).isEqualTo(4_000);
        assertThat(pace.share()).isEqualTo(0.2);
    }

    @Test
    void estimatesTheRestByWhatWasGained() {
        reached(10, 1_000, 0.1);
        assertThat(pace.left()).as("nothing gained yet").isEmpty();
        reached(20, 2_000, 0.2);

        assertThat(pace.left()).contains(Duration.ofSeconds(80));
    }

    @Test
    void aResumedStepThatBeginsWithHalfOfItDoneIsNotTwiceAsFast() {
        reached(0, 0, 0.5);
        reached(10, 100, 0.6);

        assertThat(pace.left()).contains(Duration.ofSeconds(40));
        assertThat(pace.rate()).isEqualTo(10);
    }

    @Test
    void beginsAnewWithEachStep() {
        reached(10, 1_000, 1);
        pace.begin(START.plusSeconds(10));

        assertThat(pace.rate()).isZero();
        assertThat(pace.share()).isZero();
        assertThat(pace.left()).isEmpty();
        reached(12, 10, 0.5);
        assertThat(pace.rate()).isEqualTo(5);
    }

    @Test
    void hasNothingLeftAtTheEnd() {
        reached(1, 1, 0.1);
        reached(2, 10, 1);

        assertThat(pace.left()).isEmpty();
    }
}
