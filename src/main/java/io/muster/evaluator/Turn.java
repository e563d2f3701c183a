package io.muster.evaluator;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;

/**
 * The requests that a thread has read and not answered yet. All that is ready is read first and then answered one by one,
 * so what waits is known, and counted against the bound on requests in work or waiting.
 */
final class Turn implements Runnable {

    private final EventLoop thread;
    private final Decisions decisions;
    private final ArrayDeque<HttpConnection> waiting = new ArrayDeque<>();
    private boolean scheduled;

    Turn(EventLoop thread, Decisions decisions) {
        this.thread = thread;
        this.decisions = decisions;
    }

    Decisions decisions() {
        return decisions;
    }

    /** Answers the next request of a connection when everything that is ready has been read. */
    void add(HttpConnection connection) {
        waiting.add(connection);
        if (!scheduled) {
            scheduled = true;
            thread.execute(this);
        }
    }

    @Override
    public void run() {
        scheduled = false;
        for (HttpConnection next = waiting.poll(); next != null; next = waiting.poll()) {
            next.answerNext();
        }
    }
}
