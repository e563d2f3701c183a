package io.muster.evaluator;

import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.support.metrics.BoundedLabel;
import io.muster.support.metrics.Gauges;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

/** The snapshots that are served, by project. */
final class SnapshotMetrics implements MultiCollector {

    private static final String PROJECT = "project";

    private final SnapshotWatch watch;
    private final InstantSource clock;
    private final BoundedLabel projects = new BoundedLabel();

    SnapshotMetrics(SnapshotWatch watch, InstantSource clock) {
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        Gauges version = new Gauges(
                "muster_snapshot_version",
                "When the snapshot that is served was published, as seconds since 1970: a later one is greater",
                Math::min);
        Gauges bytes = new Gauges("muster_snapshot_bytes", "Size of the snapshot that is served", Double::sum);
        Gauges contacts =
                new Gauges("muster_snapshot_contacts", "Contacts in the snapshot that is served", Double::sum);
        Gauges age = new Gauges(
                "muster_snapshot_age_seconds", "Age of the contacts in the snapshot that is served", Math::max);
        for (Served.Project one : watch.served().projects().values()) {
            Manifest manifest = one.manifest();
            Manifest.Table table = manifest.table();
            String project = projects.of(manifest.project());
            version.add(manifest.published() / 1e3, PROJECT, project);
            bytes.add((double) manifest.definitions().bytes() + (table == null ? 0 : table.bytes()), PROJECT, project);
            contacts.add((double) manifest.contacts(), PROJECT, project);
            if (table != null) {
                age.add(manifest.age(clock.millis()).toMillis() / 1e3, PROJECT, project);
            }
        }

        Gauges behind = new Gauges(
                        "muster_feed_tables_behind",
                        "Tables of contacts that miss changes which only a new table brings",
                        Double::sum)
                .add((double)
                        watch.tables().stream().filter(LiveTable::isBehind).count());
        return new MetricSnapshots(Stream.of(version, bytes, contacts, age, behind)
                .map(Gauges::snapshot)
                .flatMap(Optional::stream)
                .toList());
    }
}
