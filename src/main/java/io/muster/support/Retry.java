package io.muster.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Does work again when it fails in a way that passes, a bounded number of times or for a bounded time, with pauses:
 *
 * <pre>{@code
 * Retry retry = Retry.times(5, Duration.ofMillis(10), Duration.ofSeconds(1), Busy.class::isInstance);
 * Answer answer = retry.call(() -> ask());
 * }</pre>
 *
 * <p>What the last try failed with is thrown as it is. A thread that is interrupted while it pauses stays interrupted and
 * throws what the try before the pause failed with. Safe for use by several threads.
 */
public final class Retry {

    private final RetryTemplate template;

    private Retry(RetryPolicy policy) {
        template = new RetryTemplate(policy);
    }

    /**
     * Work that may fail.
     *
     * @param <T> its answer
     * @param <E> what it throws
     */
    public interface Work<T, E extends Exception> {

        /** One try. */
        T attempt() throws E;
    }

    /**
     * Tries so often.
     *
     * @param attempts tries in all, at least 1
     * @param first about how long the first pause is; each one is about twice as long as the one before
     * @param longest bound of every pause
     * @param passing whether a failure may be gone at the next try
     */
    public static Retry times(int attempts, Duration first, Duration longest, Predicate<Throwable> passing) {
        return new Retry(RetryPolicy.builder()
                .maxRetries(attempts - 1)
                .delay(first)
                .multiplier(2)
                // Those who met once should not meet again.
                .jitter(first.dividedBy(2))
                .maxDelay(longest)
                .predicate(passing)
                .build());
    }

    /**
     * Tries so often and for so long, whichever ends later: some failures come at once, others after a long wait.
     *
     * @param attempts tries in all, at least 1
     * @param patience how long to go on at least
     * @param first about how long the first pause is; each one is about twice as long as the one before
     * @param longest bound of every pause
     * @param passing whether a failure may be gone at the next try
     */
    public static Retry atLeast(
            int attempts, Duration patience, Duration first, Duration longest, Predicate<Throwable> passing) {
        BackOff pauses = times(Integer.MAX_VALUE, first, longest, passing)
                .template
                .getRetryPolicy()
                .getBackOff();
        return new Retry(RetryPolicy.builder()
                .backOff(() -> new Both(pauses.start(), attempts, patience))
                .predicate(passing)
                .build());
    }

    /** The pauses of one call, until both bounds are passed. */
    private static final class Both implements BackOffExecution {

        private final BackOffExecution pauses;
        private final int attempts;
        private final Duration patience;
        private final long start = System.nanoTime();
        private int failed;

        Both(BackOffExecution pauses, int attempts, Duration patience) {
            this.pauses = pauses;
            this.attempts = attempts;
            this.patience = patience;
        }

        @Override
        public long nextBackOff() {
            failed++;
            long spent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            return failed >= attempts && spent >= patience.toMillis() ? STOP : pauses.nextBackOff();
        }
    }

    /**
     * Tries for so long.
     *
     * @param patience how long to go on; zero for a single try
     * @param pause between two tries
     * @param passing whether a failure may be gone at the next try
     */
    public static Retry within(Duration patience, Duration pause, Predicate<Throwable> passing) {
        long retries = patience.toMillis() / Math.max(1, pause.toMillis());
        RetryPolicy.Builder policy =
                RetryPolicy.builder().maxRetries(retries).delay(pause).predicate(passing);
        return new Retry(
                patience.isZero() ? policy.build() : policy.timeout(patience).build());
    }

    /** The answer of the first try that has one; the work must do no harm when it is done several times. */
    @SuppressWarnings("NullAway") // What the work answers is what this answers.
    public <T, E extends Exception> T call(Work<T, E> work) throws E {
        try {
            return template.execute(work::attempt);
        } catch (RetryException e) {
            throw Retry.<RuntimeException>asItIs(e.getLastException());
        }
    }

    // The work throws E or what is unchecked, so nothing else comes out of here.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asItIs(Throwable failure) throws X {
        throw (X) failure;
    }
}
