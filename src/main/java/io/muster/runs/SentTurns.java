package io.muster.runs;

import io.muster.jobs.SentImports;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says when it is the turn of contacts that a caller has sent: those into one list are imported one after the other, and only
 * some at once in a process. What other processes do is looked at again and again.
 */
final class SentTurns {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final SentImports sent;
    private final Semaphore places;
    private long ends;

    SentTurns(SentImports sent, int atOnce) {
        this.sent = sent;
        this.places = new Semaphore(atOnce);
    }

    /** Takes one of the places of this process, if it is the turn of an import; it is to be given back. */
    boolean take(SentImports.Sent one) {
        return sent.inFront(one) == 0 && places.tryAcquire();
    }

    /** Waits until one of this process has ended, or for a short time. */
    void await() {
        lock.lock();
        try {
            long seen = ends;
            long left = PAUSE.toNanos();
            while (seen == ends && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("INTERRUPTED", "Cannot wait for the import's turn: interrupted. Ask again.")
                    .causedBy(e);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place back. */
    void giveBack() {
        places.release();
        lock.lock();
        try {
            ends++;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
