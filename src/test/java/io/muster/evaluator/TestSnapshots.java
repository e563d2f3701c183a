package io.muster.evaluator;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.TableDescription;
import io.muster.snapshot.format.TableFile;
import io.muster.snapshot.format.TableWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Published trees for tests: the directory has contacts {@code C-0 …}; {@code member} and {@code capped} beside them. */
final class TestSnapshots {

    static final String PROJECT = "ZN_000000000000001";
    static final String OTHER_PROJECT = "ZN_000000000000002";
    static final String FIRST = "SI_000000000000001";
    static final String SECOND = "SI_000000000000002";
    static final String SEGMENT = "SG_000000000000001";
    static final long NOW = Instant.parse("2026-11-15T00:00:00Z").toEpochMilli();
    static final long CAPPED_UNTIL = Instant.parse("2026-12-01T00:00:00Z").toEpochMilli();

    private final Path tables;
    private final SnapshotFolder folder;
    private long published = NOW;

    TestSnapshots(Path home) throws IOException {
        this.tables = Files.createDirectories(home.resolve("tables"));
        this.folder = new SnapshotFolder(home.resolve("snapshots"));
    }

    SnapshotFolder folder() {
        return folder;
    }

    /** A table whose contacts are all eligible, or all capped. */
    TableFile table(int contacts, long nextEligible) throws IOException {
        return table(contacts, nextEligible, 1);
    }

    TableFile table(int contacts, long nextEligible, long version) throws IOException {
        return table("POOL_000000000000001", contacts, nextEligible, version);
    }

    /** A table of another directory. */
    TableFile table(String directory, int contacts) throws IOException {
        return table(directory, contacts, FrequencyRules.ALWAYS, 1);
    }

    private TableFile table(String directory, int contacts, long nextEligible, long version) throws IOException {
        try (TableWriter writer = new TableWriter(
                tables,
                new TableDescription(directory, published, version, "p" + version, List.of(SEGMENT), List.of("")))) {
            for (int i = 0; i < contacts; i++) {
                writer.add(i, "C-" + i, List.of(), new long[] {0}, new long[] {nextEligible});
            }

            writer.add(contacts, "member", List.of(), new long[] {1}, new long[] {nextEligible});
            writer.add(contacts + 1L, "capped", List.of(), new long[] {1}, new long[] {CAPPED_UNTIL});
            return writer.finish();
        }
    }

    TableFile table() throws IOException {
        return table(10, FrequencyRules.ALWAYS);
    }

    Manifest publish(ProjectDefinition project, @Nullable TableFile table) throws IOException {
        return folder.publish(project, table, new Publication(published++, false));
    }

    Manifest publish(String words, String intercepts) throws IOException {
        ProjectDefinition project = project(PROJECT, words, intercepts);
        return publish(project, project.directory() == null ? null : table());
    }

    static ProjectDefinition project(String id, String words, String intercepts) {
        return Definitions.project(id, words, intercepts, name -> name);
    }

    static ProjectDefinition linkedTo(ProjectDefinition project, String directory) {
        return new ProjectDefinition(
                project.id(),
                project.active(),
                directory,
                project.origins(),
                project.signing(),
                project.debugKey(),
                project.placeholders(),
                project.intercepts(),
                project.page());
    }

    static ProjectDefinition withOrigins(ProjectDefinition project, String... origins) {
        return new ProjectDefinition(
                project.id(),
                project.active(),
                project.directory(),
                List.of(origins),
                project.signing(),
                project.debugKey(),
                project.placeholders(),
                project.intercepts(),
                project.page());
    }
}
