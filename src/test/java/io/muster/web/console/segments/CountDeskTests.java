package io.muster.web.console.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Of a page only the newest count goes on, and two are counted at once. */
class CountDeskTests {

    private final CountDesk desk = new CountDesk();

    private CompletableFuture<Void> count(String page, AtomicInteger working, CountDownLatch end) {
        return CompletableFuture.runAsync(
                () -> desk.work(page, () -> {}, turn -> {
                    working.incrementAndGet();
                    while (end.getCount() > 0) {
                        turn.check();
                        Thread.onSpinWait();
                    }
                }),
                task -> Thread.ofVirtual().start(task));
    }

    @Test
    void aNewerCountOfAPageEndsTheOneBefore() {
        AtomicInteger working = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> first = count("a", working, end);
        await().until(() -> working.get() == 1);
        CompletableFuture<Void> second = count("a", working, end);

        assertThatThrownBy(first::join).hasCauseInstanceOf(CancellationException.class);
        await().until(() -> working.get() == 2);
        end.countDown();
        second.join();
    }

    @Test
    void twoPagesCountAtOnceAndTheThirdWaits() {
        AtomicInteger working = new AtomicInteger();
        AtomicBoolean waited = new AtomicBoolean();
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> one = count("a", working, end);
        CompletableFuture<Void> two = count("b", working, end);
        await().until(() -> working.get() == 2);
        CompletableFuture<Void> three = CompletableFuture.runAsync(
                () -> desk.work("c", () -> waited.set(true), turn -> working.incrementAndGet()));
        await().untilTrue(waited);
        assertThat(working).hasValue(2);
        end.countDown();
        CompletableFuture.allOf(one, two, three).join();
        assertThat(working).hasValue(3);
    }
}
