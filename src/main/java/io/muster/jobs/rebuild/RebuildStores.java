package io.muster.jobs.rebuild;

import io.muster.dedup.LockRetry;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.jobs.RunLedger;
import io.muster.segment.Segments;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Publishing;
import io.muster.segment.publish.Versions;
import java.time.InstantSource;
import java.util.EnumSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Where rebuilds read and write.
 *
 * @param changes made by {@link #reader}
 * @param retry transactions that are done again when they lose a lock
 */
public record RebuildStores(
        JdbcClient jdbc,
        LockRetry retry,
        DataSource dataSource,
        Segments segments,
        Versions versions,
        Publishing publishing,
        Freshness freshness,
        ChangeReader changes,
        RunLedger runs,
        Rebuilds rebuilds,
        InstantSource clock) {

    private static final String READER = "segment-rebuild";

    /** The reader of changes that all rebuilds share. It reads what conditions can read. */
    public static ChangeReader reader(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        return new ChangeReader(
                READER,
                EnumSet.complementOf(EnumSet.of(ChangeKind.KEYS, ChangeKind.ELIGIBILITY, ChangeKind.RESPONSES)),
                jdbc,
                manager,
                clock);
    }
}
