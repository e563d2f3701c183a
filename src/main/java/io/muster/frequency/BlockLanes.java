package io.muster.frequency;

import io.muster.support.log.LogContext;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does work on blocks in two lanes, and hands the results over in the order of the blocks. */
final class BlockLanes {

    /** How many work at once. */
    static final int LANES = 2;

    /** Results that wait to be handed over, at most. */
    private static final int AHEAD = 2 * LANES;

    private BlockLanes() {}

    /** Takes results. */
    interface Receiver<T, E extends Exception> {

        /** Takes one. */
        void take(T result) throws E;
    }

    static <T, E extends Exception> void forEach(Iterable<Long> blocks, Function<Long, T> work, Receiver<T, E> receiver)
            throws E {
        ExecutorService lanes = Executors.newFixedThreadPool(
                LANES,
                LogContext.carried(
                        Thread.ofPlatform().name("frequency-", 1).daemon().factory()));
        try {
            Queue<Future<T>> ahead = new ArrayDeque<>();
            Iterator<Long> next = blocks.iterator();
            while (next.hasNext() || !ahead.isEmpty()) {
                while (next.hasNext() && ahead.size() < AHEAD) {
                    long block = next.next();
                    ahead.add(lanes.submit(() -> work.apply(block)));
                }

                receiver.take(result(ahead.remove()));
            }
        } finally {
            lanes.shutdownNow();
            // The connections that lanes use are given back after this.
            lanes.close();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while blocks of contacts were read");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }

            throw new IllegalStateException(e.getCause());
        }
    }
}
