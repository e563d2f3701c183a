package io.muster.web;

import io.muster.snapshot.feed.ChangeFeed;
import org.springframework.context.SmartLifecycle;

/** Lets those go who wait in the feed, before the server waits for its requests to end: that is in a later phase of its stop. */
final class FeedEnd implements SmartLifecycle {

    private final ChangeFeed feed;
    private volatile boolean running;

    FeedEnd(ChangeFeed feed) {
        this.feed = feed;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        feed.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
