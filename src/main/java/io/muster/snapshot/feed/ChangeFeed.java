package io.muster.snapshot.feed;

import io.muster.directory.changes.FeedPosition;
import io.muster.snapshot.feed.FeedAnswers.Answer;
import io.muster.snapshot.feed.FeedAnswers.Question;
import io.muster.snapshot.format.FeedBatch;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers evaluators who ask what changed, and lets them wait while nothing did. One thread looks for all who wait, ten times a
 * second and only while somebody does; those who ask the same get the same answer, which is made once. So the cost grows with
 * what changes and hardly with the number of evaluators.
 */
public final class ChangeFeed implements AutoCloseable {

    /** How long a question waits at most. */
    public static final Duration PATIENCE = Duration.ofSeconds(25);

    /** More do not wait at once. */
    static final int MOST_WAITING = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration SETTLE_PAUSE = Duration.ofSeconds(1);
    private static final int THREADS = 2;

    private final FeedAnswers answers;
    private final Ids ids;
    private final Duration patience;
    private final Consumer<Duration> lag;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("feed-watch").daemon().factory());
    private final ExecutorService readers = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("feed-", 0).daemon().factory());
    private final Map<Integer, Long> versions = new ConcurrentHashMap<>();
    private final Map<Integer, Long> settled = new HashMap<>();
    private final Map<Question, List<Asker>> waiting = new HashMap<>();
    private long lastSettled = System.nanoTime();
    private int asking;
    private boolean closed;

    /** What an evaluator is told. */
    public sealed interface Reply {}

    /**
     * What changed.
     *
     * @param json a {@link FeedBatch}
     */
    @SuppressWarnings("ArrayRecordComponent") // Written to the wire as it is.
    public record Changes(byte[] json) implements Reply {}

    /** Nothing changed while it waited. */
    public record Nothing() implements Reply {}

    /** What changes in the directory is not recorded, since no table of it was ever built. */
    public record NotRecorded() implements Reply {}

    /** Somebody who waits since a moment of {@link System#nanoTime}. */
    private record Asker(CompletableFuture<Reply> reply, FeedPosition asked, long since) {}

    /**
     * Answers by these answers.
     *
     * @param lag told how long after a change somebody who was waiting for one learnt of it
     */
    public ChangeFeed(FeedAnswers answers, Ids ids, Consumer<Duration> lag) {
        this(answers, ids, PATIENCE, lag);
    }

    ChangeFeed(FeedAnswers answers, Ids ids, Duration patience) {
        this(answers, ids, patience, learnt -> {});
    }

    private ChangeFeed(FeedAnswers answers, Ids ids, Duration patience, Consumer<Duration> lag) {
        this.lag = lag;
        this.answers = answers;
        this.ids = ids;
        this.patience = patience;
        var ignored =
                watcher.scheduleWithFixedDelay(this::watch, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Asks what changed in a directory after a position.
     *
     * @param directory its public id
     * @param after the position
     * @param behind whether large changes need not be told any more
     * @return fails with what the database fails with
     * @throws Refusal when the directory or the position is none, or too many wait
     */
    public CompletableFuture<Reply> ask(String directory, String after, boolean behind) {
        OptionalLong number = ids.read(PublicId.DIRECTORY, directory);
        if (number.isEmpty()) {
            throw Refusal.invalid(
                            "INVALID_DIRECTORY",
                            "Cannot say what changed: this is no id of a directory. Use the one that the table names.")
                    .with("field", "directory");
        }

        FeedPosition position = FeedPosition.parse(Math.toIntExact(number.getAsLong()), after);
        Asker asker = new Asker(new CompletableFuture<>(), position, System.nanoTime());
        synchronized (waiting) {
            if (closed) {
                asker.reply().complete(new Nothing());
                return asker.reply();
            }

            if (asking >= MOST_WAITING) {
                throw Refusal.busy("FEED_BUSY", "Cannot say what changed: too many wait already. Ask again later.");
            }

            asking++;
        }

        CompletableFuture<Reply> reply = asker.reply().whenComplete((told, failure) -> {
            synchronized (waiting) {
                asking--;
            }
        });
        look(new Question(position, behind), List.of(asker));
        return reply;
    }

    /** Answers at once when there is something new as far as is known, else waits. */
    private void look(Question question, List<Asker> askers) {
        boolean isFirst;
        synchronized (waiting) {
            List<Asker> others = waiting.get(question);
            isFirst = others == null;
            waiting.computeIfAbsent(question, absent -> new ArrayList<>()).addAll(askers);
        }

        if (isFirst && isNew(question.position())) {
            readers.execute(() -> answer(question));
        }
    }

    private boolean isNew(FeedPosition position) {
        return versions.getOrDefault(position.directory(), Long.MAX_VALUE) > position.version();
    }

    /** Answers all who ask this. */
    private void answer(Question question) {
        List<Asker> askers;
        synchronized (waiting) {
            List<Asker> found = waiting.remove(question);
            if (found == null) {
                return;
            }

            askers = found;
        }

        try {
            if (!answers.reader().isRecording(question.position().directory())) {
                askers.forEach(one -> one.reply().complete(new NotRecorded()));
                return;
            }

            Answer answer = answers.answer(question);
            if (answer.isEmpty()) {
                wait(askers, new Question(answer.position(), question.behind()), answer.more());
            } else {
                Changes changes = new Changes(answer.batch().toJson());
                askers.forEach(one -> {
                    one.reply().complete(changes);
                    measure(one, answer.age());
                });
            }
        } catch (RuntimeException e) {
            askers.forEach(one -> one.reply().completeExceptionally(e));
        }
    }

    /** Who asks for what changed before has not waited for it: that is no lag. */
    private void measure(Asker asker, long age) {
        if (age >= 0 && age <= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asker.since())) {
            lag.accept(Duration.ofMillis(age));
        }
    }

    private void wait(List<Asker> askers, Question question, boolean more) {
        if (!more) {
            versions.merge(question.position().directory(), question.position().version(), Math::max);
        }

        look(question, askers);
    }

    /** Looks once for all who wait. */
    private void watch() {
        Set<Integer> directories = new HashSet<>();
        synchronized (waiting) {
            waiting.keySet().forEach(one -> directories.add(one.position().directory()));
        }

        if (directories.isEmpty()) {
            versions.clear();
            return;
        }

        try {
            versions.putAll(answers.reader().versions(directories));
            versions.keySet().retainAll(directories);
            settle();
        } catch (RuntimeException e) {
            LOG.debug("The change feed cannot be read", e);
            failAll(e);
            return;
        }

        List<Question> due = new ArrayList<>();
        synchronized (waiting) {
            waiting.keySet().stream().filter(one -> isNew(one.position())).forEach(due::add);
        }

        due.forEach(one -> readers.execute(() -> answer(one)));
        endPatience();
    }

    /** What changed is settled when nobody is half done, so that what is read again stays little. */
    private void settle() {
        if (System.nanoTime() - lastSettled >= SETTLE_PAUSE.toNanos()) {
            lastSettled = System.nanoTime();
            versions.forEach((directory, version) -> {
                if (!version.equals(settled.put(directory, version))) {
                    answers.reader().settleIfIdle(directory);
                }
            });
        }
    }

    private void endPatience() {
        Map<Asker, FeedPosition> over = new HashMap<>();
        synchronized (waiting) {
            waiting.forEach((question, askers) -> askers.removeIf(one -> {
                boolean ends = System.nanoTime() - one.since() >= patience.toNanos();
                if (ends) {
                    over.put(one, question.position());
                }

                return ends;
            }));
            waiting.values().removeIf(List::isEmpty);
        }

        over.forEach(ChangeFeed::end);
    }

    /** What it has been told to wait for did not come; what concerned nobody is not looked at again. */
    private static void end(Asker asker, FeedPosition position) {
        asker.reply()
                .complete(
                        position.equals(asker.asked())
                                ? new Nothing()
                                : new Changes(new FeedBatch(position.text(), false, List.of(), List.of(), List.of())
                                        .toJson()));
    }

    private void failAll(RuntimeException failure) {
        List<Asker> failed = new ArrayList<>();
        synchronized (waiting) {
            waiting.values().forEach(failed::addAll);
            waiting.clear();
        }

        failed.forEach(one -> one.reply().completeExceptionally(failure));
    }

    /** How many wait. */
    int waiting() {
        synchronized (waiting) {
            return asking;
        }
    }

    @Override
    public void close() {
        List<Asker> left = new ArrayList<>();
        synchronized (waiting) {
            closed = true;
            waiting.values().forEach(left::addAll);
            waiting.clear();
        }

        left.forEach(one -> one.reply().complete(new Nothing()));
        watcher.shutdownNow();
        readers.shutdownNow();
    }
}
