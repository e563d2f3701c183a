package io.muster.web.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LatestTests {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicInteger readings = new AtomicInteger();

    @Test
    void isReadAtMostOnceInAWhile() {
        try (Latest<Integer> latest = new Latest<>("test", readings::incrementAndGet, LONG, LONG)) {
            assertThat(latest.get()).contains(1);
            assertThat(latest.get()).contains(1);
        }
    }

    @Test
    void isReadAnewWhenItsTimeIsOver() {
        try (Latest<Integer> latest = new Latest<>("test", readings::incrementAndGet, Duration.ZERO, LONG)) {
            assertThat(latest.get()).contains(1);
            assertThat(latest.get()).contains(2);
        }
    }

    @Test
    void isThereNoMoreWhenTheLastReadingFailed() {
        try (Latest<Integer> latest = new Latest<>("test", this::fail, Duration.ZERO, LONG)) {
            assertThat(latest.get()).contains(1);
            assertThat(latest.get()).isEmpty();
        }
    }

    private int fail() {
        if (readings.incrementAndGet() > 1) {
            throw new IllegalStateException("away");
        }

        return 1;
    }

    @Test
    void aReadingThatHangsKeepsNobodyWaitingAndIsNotBegunTwice() {
        CountDownLatch answers = new CountDownLatch(1);
        try (Latest<Integer> latest = new Latest<>("test", () -> hang(answers), Duration.ZERO, Duration.ofMillis(20))) {
            assertThat(latest.get()).isEmpty();
            assertThat(latest.get()).isEmpty();
            assertThat(readings).hasValue(1);

            answers.countDown();

            await().atMost(LONG).untilAsserted(() -> assertThat(latest.get()).isPresent());
        }
    }

    private int hang(CountDownLatch answers) {
        int reading = readings.incrementAndGet();
        try {
            assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        return reading;
    }
}
