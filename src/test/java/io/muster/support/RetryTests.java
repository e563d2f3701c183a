package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryTests {

    private static final Duration SHORT = Duration.ofMillis(1);

    private final AtomicInteger tries = new AtomicInteger();
    private final Retry retry = Retry.times(4, SHORT, Duration.ofMillis(4), IOException.class::isInstance);

    private int failUntil(int attempt) throws IOException {
        if (tries.incrementAndGet() < attempt) {
            throw new IOException("try " + tries.get());
        }

        return tries.get();
    }

    @Test
    void answersAtOnceWhenNothingFails() throws IOException {
        assertThat(retry.call(() -> failUntil(1))).isEqualTo(1);
    }

    @Test
    void triesUntilItSucceeds() throws IOException {
        assertThat(retry.call(() -> failUntil(4))).isEqualTo(4);
    }

    @Test
    void throwsWhatTheLastTryFailedWith() {
        assertThatThrownBy(() -> retry.call(() -> failUntil(5)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("try 4");
        assertThat(tries).hasValue(4);
    }

    @Test
    void throwsAtOnceWhatDoesNotPass() {
        assertThatThrownBy(() -> retry.call(() -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("broken");
                }))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(tries).hasValue(1);
    }

    @Test
    void letsErrorsThrough() {
        assertThatThrownBy(() -> retry.call(() -> {
                    throw new StackOverflowError("deep");
                }))
                .isExactlyInstanceOf(StackOverflowError.class);
    }

    @Test
    void anInterruptEndsThePauseAndIsKept() {
        Retry slow = Retry.times(4, Duration.ofMinutes(5), Duration.ofMinutes(5), IOException.class::isInstance);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> slow.call(() -> failUntil(4))).hasMessage("try 1");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void triesOnceWithoutPatience() {
        Retry impatient = Retry.within(Duration.ZERO, SHORT, IOException.class::isInstance);

        assertThatThrownBy(() -> impatient.call(() -> failUntil(2))).hasMessage("try 1");
    }

    @Test
    void triesWhileThereIsPatience() throws IOException {
        Retry patient = Retry.within(Duration.ofMinutes(1), SHORT, IOException.class::isInstance);

        assertThat(patient.call(() -> failUntil(50))).isEqualTo(50);
    }
}
