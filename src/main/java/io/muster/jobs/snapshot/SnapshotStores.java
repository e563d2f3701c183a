package io.muster.jobs.snapshot;

import io.muster.jobs.RunLedger;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.support.Ids;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Where snapshot runs read and write. */
public record SnapshotStores(
        RunLedger runs,
        PlatformTransactionManager transactions,
        DirectoryTable tables,
        SnapshotStore snapshots,
        JsonMapper json,
        Ids ids) {}
