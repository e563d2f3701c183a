package io.muster.web.console.segments;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets two counts of unsaved conditions work at once in this server, and of each page only the newest: while somebody writes,
 * nobody waits for the answer to what was written before.
 */
final class CountDesk {

    private static final int AT_ONCE = 2;
    private static final long PATIENCE_MILLIS = 250;

    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final Map<String, Turn> newest = new ConcurrentHashMap<>();

    /** Somebody's count. */
    static final class Turn {

        private final String page;
        private volatile boolean overtaken;

        private Turn(String page) {
            this.page = page;
        }

        /** Ends the work when a newer count of the page has come. */
        void check() {
            if (overtaken) {
                throw new CancellationException("A newer count of the page has come");
            }
        }
    }

    /** What is done while a turn is awaited; may end it. */
    @FunctionalInterface
    interface Waiting {
        void stillWaiting();
    }

    /** What is done in a turn. */
    @FunctionalInterface
    interface Work {
        void in(Turn turn);
    }

    /**
     * Works as soon as there is a place.
     *
     * @param page names whose earlier work is given up
     * @throws CancellationException when newer work of the page came
     */
    void work(String page, Waiting waiting, Work work) {
        Turn turn = new Turn(page);
        Turn before = newest.put(page, turn);
        if (before != null) {
            before.overtaken = true;
        }

        try {
            while (!free.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                turn.check();
                waiting.stillWaiting();
            }

            try {
                turn.check();
                work.in(turn);
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("The server stops");
        } finally {
            var ignored = newest.remove(turn.page, turn);
        }
    }
}
