package io.muster.evaluator;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.evaluator.Responses.Connection;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decisions within another process, from the published tree, with the answers that an evaluator gives to the byte. It brings
 * no port of its own.
 */
public final class LocalDecisions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDecisions.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final SnapshotWatch watch;
    private final Duration staleAfter;
    private final InstantSource clock;
    private final Counts counts;
    private final Deque<Decisions> idle = new ConcurrentLinkedDeque<>();
    /** Shared by those who decide, and held alone for a moment by what must come after them. */
    private final ReadWriteLock readers = new ReentrantReadWriteLock();

    private final CountDownLatch looked = new CountDownLatch(1);
    private final Thread poller;
    private volatile boolean closed;

    /**
     * Begins to watch a tree; the first answer waits until it has been looked at.
     *
     * @param copies the folder for copies of tables, which take no name there
     * @param settings say when answers are marked stale
     * @param meters where decisions are counted
     */
    public LocalDecisions(
            SnapshotFolder folder, Path copies, Settings settings, InstantSource clock, MeterRegistry meters) {
        this.counts = new Counts(meters);
        this.watch = new SnapshotWatch(folder, copies, this::afterReaders, counts);
        this.staleAfter = settings.duration(KnownSettings.EVALUATOR_STALE_AFTER);
        this.clock = clock;
        this.poller = Thread.ofPlatform().name("snapshots").daemon().start(this::keepPolling);
    }

    /**
     * A request for decisions.
     *
     * @param method as it was sent
     * @param query as it was sent, from after the question mark, each character one byte of it; null for none
     * @param body empty for none
     * @param origin of the page; null for none
     * @param debugToken null for none
     * @param preflight the method that a page asks to use; null when it does not ask
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Request(
            String method,
            @Nullable String query,
            byte[] body,
            @Nullable String origin,
            @Nullable String debugToken,
            @Nullable String preflight) {}

    /**
     * An answer.
     *
     * @param headers without date and length
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Answer(int status, Map<String, String> headers, byte[] body) {

        private static Answer of(byte[] response) {
            int end = end(response);
            String[] lines = new String(response, 0, end - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip());
            }

            headers.keySet().removeAll(List.of("Date", "Content-Length"));
            return new Answer(
                    Integer.parseInt(lines[0].split(" ", 3)[1]),
                    headers,
                    Arrays.copyOfRange(response, end, response.length));
        }

        /** Where the body begins. */
        private static int end(byte[] response) {
            int at = 0;
            while (response[at] != '\r' || response[at + 2] != '\r') {
                at++;
            }

            return at + 4;
        }
    }

    /** Answers a request. */
    public Answer answer(Request request) {
        await();
        long begun = System.nanoTime();
        long second = clock.millis() / 1_000;
        boolean post = request.method().equals("POST");
        if (!post && !request.method().equals("GET")) {
            return Answer.of(
                    Refusals.otherMethod(request.method(), request.preflight() != null, Connection.KEEP, second));
        }

        if (request.body().length > HttpConnection.MOST_BODY) {
            return Answer.of(Refusals.tooLarge(second));
        }

        counts.requests().increment();
        Decisions decisions = idle.poll();
        if (decisions == null) {
            decisions = new Decisions(watch::served, () -> false, staleAfter, clock, counts);
        }

        readers.readLock().lock();
        try {
            String query = request.query() == null ? "" : request.query();
            return Answer.of(decisions.answer(
                    query, 0, post ? request.body() : null, request.origin(), request.debugToken(), Connection.KEEP));
        } catch (RuntimeException e) {
            counts.failures().increment();
            LOG.error("A request could not be answered", e);
            return Answer.of(Refusals.fault(Connection.KEEP, second));
        } finally {
            readers.readLock().unlock();
            idle.push(decisions);
            counts.answered(begun);
        }
    }

    private void await() {
        try {
            looked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The tables that are served, each once, for whoever follows changes. */
    public List<LiveTable> tables() {
        return watch.tables();
    }

    /** The snapshots that are served, in numbers. */
    public MultiCollector snapshots() {
        return new SnapshotMetrics(watch, clock);
    }

    private void afterReaders(Runnable action) {
        readers.writeLock().lock();
        try {
            action.run();
        } finally {
            readers.writeLock().unlock();
        }
    }

    private void keepPolling() {
        while (!closed) {
            try {
                watch.poll();
            } catch (RuntimeException failure) {
                // Looking comes round again; what is served is served on.
                LOG.error("Cannot look for snapshots: {}", failure.getMessage(), failure);
            }

            looked.countDown();
            try {
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        try {
            poller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        afterReaders(watch::close);
    }
}
