package io.muster.extract.source;

import io.muster.support.Refusal;
import io.muster.support.log.LogContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks another machine again when it has failed in a way that passes, as often as a job allows. The work is done by a
 * thread of its own, so that a stop ends a wait for a machine that does not answer.
 *
 * @param location the machine, for messages; never holds a secret
 * @param retries how often and how soon
 * @param sleeper waits between tries
 * @param random spreads the tries
 * @param stop ends every wait
 */
public record Tries(String location, Retries retries, Sleeper sleeper, RandomGenerator random, StopSignal stop) {

    /** A machine that asks for more time than this has it no longer. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /**
     * One try; must do no harm when it is done again.
     *
     * @param <T> its answer
     */
    @FunctionalInterface
    public interface Work<T> {

        /** The answer; the first try is 1. */
        T once(int attempt) throws Exception;
    }

    /** What a try has failed with. */
    public sealed interface Failure {}

    /** A failure that says itself what it is. */
    public record Ours(RuntimeException failure) implements Failure {}

    /** A failure that stays: the reason and what to do, two sentences in all. */
    public record Lasting(String reason) implements Failure {}

    /**
     * A failure that may pass.
     *
     * @param reason as of a lasting one, where it does not
     * @param pause how long the machine asks to be left alone, where it does
     */
    public record Passing(String reason, @Nullable Duration pause) implements Failure {}

    /**
     * The answer of the first try that has one.
     *
     * @param doing what is done, for messages: "list the files"
     * @param judge what a failure is
     * @throws Refusal when the last try has failed, or a try has failed in a way that lasts
     */
    public <T> T call(String doing, Work<T> work, Function<Exception, Failure> judge) {
        String what = doing + " at " + location;
        for (int attempt = 1; ; attempt++) {
            stop.check(what);
            Exception failure;
            try {
                return once(work, attempt, what);
            } catch (Exception e) {
                failure = e;
            }

            stop.check(what);
            Duration pause = switch (judge.apply(failure)) {
                case Ours ours -> throw ours.failure();
                case Lasting lasting -> throw refusal(doing, attempt, lasting.reason(), failure);
                case Passing passing -> {
                    if (!retries.mayFollow(attempt)) {
                        throw refusal(doing, attempt, passing.reason(), failure);
                    }
                    yield pause(attempt, passing.pause());
                }
            };
            sleeper.pause(pause, what);
        }
    }

    private Duration pause(int attempt, @Nullable Duration asked) {
        Duration own = retries.pauseAfter(attempt, random);
        if (asked == null || asked.compareTo(own) < 0) {
            return own;
        }
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }

    private Refusal refusal(String doing, int attempt, String reason, Exception cause) {
        String tries = attempt == 1 ? "" : " (%d tries)".formatted(attempt);
        return Refusal.failed("Cannot %s at %s%s: %s".formatted(doing, location, tries, reason), cause);
    }

    /** Sockets of virtual threads are closed when the thread is interrupted. */
    private <T> T once(Work<T> work, int attempt, String what) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> work.once(attempt));
        Thread worker = Thread.ofVirtual().unstarted(LogContext.carried(task));
        StopSignal.Listening listening = stop.listen(worker::interrupt);
        try {
            worker.start();
            return task.get();
        } catch (InterruptedException e) {
            worker.interrupt();
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot %s: it was interrupted. Start it again.".formatted(what), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            listening.close();
        }
    }

    /** How long a {@code Retry-After} header asks to wait; null when it says nothing that can be read. */
    public static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null || header.isBlank()) {
            return null;
        }
        String text = header.strip();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Duration wait = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
