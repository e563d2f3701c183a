package io.muster.evaluator;

import io.muster.intercept.decide.ProjectInUse;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.ProjectSnapshot;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the published tree and serves what is in it. A snapshot is verified as a whole before it is served; one that is
 * refused leaves the one before in use. A table is mapped from a copy without a name, so nothing that happens to the tree
 * can reach it. By one thread at a time.
 */
final class SnapshotWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWatch.class);

    private final SnapshotFolder folder;
    private final Path copies;
    private final Consumer<Runnable> afterReaders;
    private final Counts counts;
    private final Map<String, byte[]> manifests = new HashMap<>();
    private final Map<String, OpenTable> tables = new HashMap<>();
    private final Map<String, Refused> refused = new HashMap<>();
    private volatile Map<String, String> refusals = Map.of();
    private volatile Served current = new Served(Map.of());

    /**
     * A watch.
     *
     * @param copies the folder for copies of tables, which take no name there
     * @param afterReaders runs an action when no reader uses what was served before any more
     */
    SnapshotWatch(SnapshotFolder folder, Path copies, Consumer<Runnable> afterReaders, Counts counts) {
        this.counts = counts;
        this.folder = folder;
        this.copies = copies;
        this.afterReaders = afterReaders;
    }

    /**
     * A snapshot that was refused.
     *
     * @param reason why
     * @param files what its folder was like; it is looked at again when that has changed
     */
    private record Refused(String reason, List<String> files) {}

    /** A table and what its mapping lives as long as. */
    private record OpenTable(LiveTable table, Arena arena) {}

    /** What is served now. */
    Served served() {
        return current;
    }

    /** The projects whose newest snapshot is refused, each with the reason. */
    Map<String, String> refusals() {
        return refusals;
    }

    /** The tables that are served, each once. */
    List<LiveTable> tables() {
        return current.projects().values().stream()
                .map(Served.Project::table)
                .filter(table -> table != null)
                .distinct()
                .toList();
    }

    /** Looks for what is new and serves it. */
    void poll() {
        Map<String, Served.Project> projects = new HashMap<>(current.projects());
        boolean changed = false;
        for (String project : listed()) {
            try {
                changed |= poll(project, projects);
            } catch (IOException e) {
                // One folder that cannot be read keeps none of the others back.
                LOG.debug("The snapshot of {} cannot be read", project, e);
            }
        }

        refusals = refused.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().reason()));
        if (changed) {
            current = new Served(projects);
            forgetUnusedTables(projects);
        }
    }

    private List<String> listed() {
        try {
            return folder.projects();
        } catch (IOException e) {
            // The tree cannot be read: what is served is served on.
            LOG.debug("The snapshots cannot be listed", e);
            return List.of();
        }
    }

    private boolean poll(String project, Map<String, Served.Project> projects) throws IOException {
        Optional<byte[]> bytes = folder.manifest(project);
        if (bytes.isEmpty() || Arrays.equals(bytes.get(), manifests.get(project))) {
            return false;
        }

        List<String> files = files(project);
        Refused before = refused.get(project);
        if (before != null && before.files().equals(files)) {
            return false;
        }

        try {
            Manifest manifest = Manifest.fromJson(bytes.get());
            projects.put(project, load(folder.read(project, manifest), projects.get(project)));
            manifests.put(project, bytes.get());
            refused.remove(project);
            LOG.info("Snapshot {} of {} is served: {} contacts", manifest.version(), project, manifest.contacts());
            return true;
        } catch (Refusal refusal) {
            refused.put(project, new Refused(refusal.getMessage(), files));
            counts.refusedSnapshot(refusal.code());
            LOG.warn("{}", refusal.getMessage());
            return !isWhole(projects.get(project)) && serveInstead(project, bytes.get(), projects);
        }
    }

    private static boolean isWhole(Served.@Nullable Project served) {
        return served != null && served.isWhole();
    }

    /** With nothing whole in use, what was published before is better than nothing. */
    private boolean serveInstead(String project, byte[] bytes, Map<String, Served.Project> projects)
            throws IOException {
        for (ProjectSnapshot before : folder.before(project)) {
            try {
                projects.put(project, load(before, null));
                LOG.warn(
                        "Snapshot {} of {} is served instead: {} contacts",
                        before.manifest().version(),
                        project,
                        before.manifest().contacts());
                return true;
            } catch (Refusal refusal) {
                LOG.debug("Snapshot {} cannot be used either", before.manifest().version(), refusal);
            }
        }

        return serveDefinitions(project, bytes, projects);
    }

    /** Names, lengths and times of the files of a project. */
    private List<String> files(String project) throws IOException {
        try (Stream<Path> files = Files.list(folder.of(project))) {
            List<String> seen = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                seen.add("%s %d %s".formatted(file.getFileName(), attributes.size(), attributes.lastModifiedTime()));
            }

            return seen;
        }
    }

    /** Where no snapshot is whole, definitions are served without contacts. */
    private boolean serveDefinitions(String project, byte[] bytes, Map<String, Served.Project> projects) {
        if (projects.containsKey(project)) {
            return false;
        }

        try {
            ProjectSnapshot snapshot = folder.read(project, Manifest.fromJson(bytes));
            projects.put(project, serve(snapshot, null));
            return true;
        } catch (Refusal refusal) {
            LOG.debug("Definitions of {} cannot be used either", project, refusal);
            return false;
        }
    }

    /** Contacts of another directory cannot be compared with those before. */
    private static void guard(ProjectSnapshot snapshot, Served.@Nullable Project before) {
        Manifest manifest = snapshot.manifest();
        if (before != null
                && before.table() != null
                && Objects.equals(
                        before.decisions().definition().directory(),
                        snapshot.definition().directory())
                && manifest.hasShrunk(before.manifest())) {
            throw Refusal.failed(
                    "SNAPSHOT_SHRANK",
                    "Cannot use the snapshot of %s: it has %d contacts, fewer than half of the %d before. Publish it with --force if that is right."
                            .formatted(
                                    manifest.project(),
                                    manifest.contacts(),
                                    before.manifest().contacts()));
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed when no reader uses the table any more.
    private Served.Project load(ProjectSnapshot snapshot, Served.@Nullable Project before) {
        guard(snapshot, before);
        String project = snapshot.manifest().project();
        Manifest.Table part = snapshot.manifest().table();
        if (part == null) {
            return serve(snapshot, null);
        }

        OpenTable open = tables.get(part.sha256());
        if (open != null) {
            SnapshotFolder.checkTable(snapshot, open.table().table().description());
            return serve(snapshot, open.table());
        }

        Arena arena = Arena.ofShared();
        try {
            LiveTable table = new LiveTable(openCopy(folder.of(project).resolve(part.file()), arena, part));
            SnapshotFolder.checkTable(snapshot, table.table().description());
            if (before != null && before.table() != null && isOfSameDirectory(table, before.table())) {
                table.takeOver(before.table());
            }

            Served.Project loaded = serve(snapshot, table);
            tables.put(part.sha256(), new OpenTable(table, arena));
            return loaded;
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static boolean isOfSameDirectory(LiveTable one, LiveTable other) {
        return one.table()
                .description()
                .directory()
                .equals(other.table().description().directory());
    }

    private SnapshotTable openCopy(Path file, Arena arena, Manifest.Table part) {
        Path copy = null;
        try {
            if (Files.size(file) == part.bytes()) {
                Files.createDirectories(copies);
                copy = Files.createTempFile(copies, "table-", ".part", PrivateFiles.FILE);
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                return SnapshotTable.open(copy, arena, part);
            }
        } catch (IOException e) {
            LOG.debug("The table {} cannot be copied", file, e);
        } finally {
            delete(copy);
        }

        // Says why it cannot be used.
        return SnapshotTable.open(file, arena, part);
    }

    private static void delete(@Nullable Path copy) {
        try {
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            LOG.warn("The file {} cannot be removed: {}", copy, e.getMessage());
        }
    }

    private static Served.Project serve(ProjectSnapshot snapshot, @Nullable LiveTable table) {
        return new Served.Project(
                snapshot.manifest(),
                new ProjectInUse(snapshot.definition(), table),
                table,
                new PreparedAnswers(snapshot.definition().intercepts().size()));
    }

    private void forgetUnusedTables(Map<String, Served.Project> projects) {
        Set<LiveTable> used = new HashSet<>();
        projects.values().forEach(project -> {
            LiveTable table = project.table();
            if (table != null) {
                used.add(table);
            }
        });
        tables.values().removeIf(open -> {
            if (used.contains(open.table())) {
                return false;
            }

            afterReaders.accept(open.arena()::close);
            return true;
        });
    }

    @Override
    public void close() {
        tables.values().forEach(open -> open.arena().close());
    }
}
