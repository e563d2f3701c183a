package io.muster.web;

import io.muster.evaluator.LocalDecisions;
import io.muster.snapshot.feed.ChangeFeed;
import io.muster.snapshot.feed.ChangeFeed.Changes;
import io.muster.snapshot.feed.ChangeFeed.NotRecorded;
import io.muster.snapshot.feed.ChangeFeed.Nothing;
import io.muster.snapshot.feed.ChangeFeed.Reply;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.LiveTable;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the server's own decisions follow the change feed, as those of evaluators do. One thread asks for each table that is served
 * and applies what it is told; while the database is away, what is known is served on.
 */
final class ChangeFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFollower.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** How long a table is left alone after a question that failed. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final LocalDecisions decisions;
    private final ChangeFeed feed;
    private final IdentityHashMap<LiveTable, Question> asked = new IdentityHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("changes").daemon().factory());

    /** What a table waits for, and from when on it may be asked for again, as {@link System#nanoTime}. */
    private record Question(CompletableFuture<Reply> reply, long since) {}

    ChangeFollower(LocalDecisions decisions, ChangeFeed feed) {
        this.decisions = decisions;
        this.feed = feed;
        var ignored =
                thread.scheduleWithFixedDelay(this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        List<LiveTable> served = decisions.tables();
        asked.keySet().removeIf(table -> !served.contains(table));
        for (LiveTable table : served) {
            try {
                follow(table);
            } catch (RuntimeException failure) {
                LOG.debug("No changes for the decisions of this server", failure);
                asked.put(table, new Question(CompletableFuture.failedFuture(failure), System.nanoTime()));
            }
        }
    }

    private void follow(LiveTable table) {
        Question question = asked.get(table);
        if (question != null) {
            if (!question.reply().isDone()) {
                return;
            }

            if (!question.reply().isCompletedExceptionally()) {
                take(table, question.reply().resultNow());
            } else if (System.nanoTime() - question.since() < AFTER_FAILURE.toNanos()) {
                return;
            }
        }

        String directory = table.table().description().directory();
        asked.put(table, new Question(feed.ask(directory, table.position(), table.isBehind()), System.nanoTime()));
    }

    private static void take(LiveTable table, Reply reply) {
        switch (reply) {
            case Changes changes -> table.apply(FeedBatch.fromJson(changes.json()));
            case NotRecorded unknown -> table.markOutdated();
            case Nothing nothing -> {
                // The same question again.
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
