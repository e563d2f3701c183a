package io.muster.jobs.snapshot;

import io.muster.jobs.RunLedger;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import tools.jackson.databind.json.JsonMapper;

/** Where snapshot runs read and write. */
public record SnapshotStores(RunLedger runs, DirectoryTable tables, SnapshotStore snapshots, JsonMapper json) {}
