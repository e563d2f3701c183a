package io.muster.snapshot.feed;

import io.muster.snapshot.feed.EvaluatorReport.Snapshot;
import io.muster.snapshot.feed.EvaluatorRows.Said;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hears what evaluators say of themselves with each question. The newest of each is written every few seconds, by a thread of
 * its own: an answer never waits for it, and with the database away it is left out.
 */
public final class EvaluatorReports implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluatorReports.class);
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final Duration PRUNE_PAUSE = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,100}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,60}");
    private static final int MOST_SNAPSHOTS = 100;
    private static final int MOST_NAMES = 10_000;

    private final EvaluatorRows rows;
    private final Map<String, Said> unwritten = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("evaluator-reports").daemon().factory());

    /** Keeps them there. */
    public EvaluatorReports(EvaluatorRows rows) {
        this.rows = rows;
        every(PAUSE, this::write);
        every(PRUNE_PAUSE, rows::prune);
    }

    private void every(Duration pause, Runnable duty) {
        var ignored = writer.scheduleWithFixedDelay(
                () -> {
                    try {
                        duty.run();
                    } catch (RuntimeException e) {
                        LOG.debug("Reports of evaluators cannot be kept", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Hears a report, as it stands in the header of a request; what is none is passed over. */
    public void heard(@Nullable String header) {
        if (header == null) {
            return;
        }

        read(header).filter(said -> unwritten.size() < MOST_NAMES).ifPresent(said -> unwritten.put(said.name(), said));
    }

    /** Writes what was heard since the last time. */
    void write() {
        List<String> names = List.copyOf(unwritten.keySet());
        for (String name : names) {
            Optional.ofNullable(unwritten.remove(name)).ifPresent(rows::write);
        }
    }

    private static Optional<Said> read(String header) {
        try {
            JsonNode json = JsonMapper.shared().readTree(header);
            String name = json.required("name").stringValue();
            List<Snapshot> snapshots = new ArrayList<>();
            for (JsonNode one : json.required("snapshots")) {
                String project = one.required("project").stringValue();
                String version = one.required("version").stringValue();
                if (ID.matcher(project).matches()
                        && ID.matcher(version).matches()
                        && snapshots.size() < MOST_SNAPSHOTS) {
                    snapshots.add(
                            new Snapshot(project, version, one.required("age").longValue()));
                }
            }

            return NAME.matcher(name).matches()
                    ? Optional.of(new Said(
                            name,
                            snapshots,
                            json.path("projects").asInt(snapshots.size()),
                            json.path("requestsPerSecond").asLong(0),
                            json.path("refusals").asLong(0),
                            json.path("refusedSnapshots").asInt(0),
                            json.path("stale").asBoolean(false),
                            json.path("behind").asBoolean(false),
                            json.path("ends").asBoolean(false)))
                    : Optional.empty();
        } catch (JacksonException e) {
            LOG.debug("This is no report of an evaluator", e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }
}
