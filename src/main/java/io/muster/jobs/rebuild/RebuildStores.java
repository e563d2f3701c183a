package io.muster.jobs.rebuild;

import io.muster.dedup.LockRetry;
import io.muster.directory.changes.ChangeLog;
import io.muster.directory.store.Directories;
import io.muster.segment.Segments;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Publishing;
import io.muster.segment.publish.Versions;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where rebuilds read and write.
 *
 * @param retry transactions that are done again when they lose a lock
 */
public record RebuildStores(
        JdbcClient jdbc,
        LockRetry retry,
        DataSource dataSource,
        Directories directories,
        Segments segments,
        Versions versions,
        Publishing publishing,
        Freshness freshness,
        ChangeLog changes,
        RebuildLedger ledger,
        InstantSource clock) {}
