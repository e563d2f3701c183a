package io.muster.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Prunes what is older than the settings say. Every process that works asks for it; of all that share the database one does
 * it, once a day. Each machine sees to its own spool.
 */
public final class Pruning {

    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

    private static final Duration PAUSE = Duration.ofDays(1);

    /** A command must not take long for this; what is left is done by the next one. */
    private static final int MOST_RUNS = 200;

    private static final int MOST_PAST = 1_000;

    // The moment moves before the work: of two that ask at once, one finds it moved.
    private static final String TAKE =
            "UPDATE shared_duty SET done_at = :now WHERE name = 'prune' AND done_at < :before";

    private static final String GIVE_BACK = "UPDATE shared_duty SET done_at = 0 WHERE name = 'prune'";

    private final JdbcClient jdbc;
    private final RunHistory runs;
    private final List<PastRecords> others;
    private final HistorySettings settings;
    private final InstantSource clock;

    Pruning(JdbcClient jdbc, RunHistory runs, List<PastRecords> others, HistorySettings settings, InstantSource clock) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.others = List.copyOf(others);
        this.settings = settings;
        this.clock = clock;
    }

    /** Prunes, unless a process has done so within the last day. */
    public void whenDue() {
        Instant now = clock.instant();
        Instant values = now.minus(settings.values());
        runs.pruneSpool(values);
        others.forEach(PastRecords::tidy);
        int taken = jdbc.sql(TAKE)
                .param("now", now.toEpochMilli())
                .param("before", now.minus(PAUSE).toEpochMilli())
                .update();
        if (taken == 0) {
            return;
        }

        Instant history = now.minus(settings.history());
        int pruned = runs.pruneValues(values, MOST_RUNS);
        int forgotten = runs.forget(history, MOST_PAST);
        int past = others.stream().mapToInt(records -> records.forget(history)).sum();
        if (pruned == MOST_RUNS || forgotten == MOST_PAST) {
            jdbc.sql(GIVE_BACK).update();
        }

        LOG.info(
                "Pruned values of runs={} before {}, forgot runs={} and other records={} before {}",
                pruned,
                values,
                forgotten,
                past,
                history);
    }
}
