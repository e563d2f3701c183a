package io.muster.snapshot.build;

import io.muster.intercept.Definitions;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import io.muster.support.Ids;
import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Publishes what is in force: the definitions of projects, beside the table of the directory they are linked to. A project is
 * published by one process at a time, which has its row alone, so the newest version shows the newest definitions.
 */
public final class SnapshotStore {

    /** Where tables are made, within the tree so that their files can be linked. */
    private static final String BUILDING = "building";

    /** What of the last snapshot's contacts a new one must have, at least: one in so many. */
    private static final int LEAST_PART = 2;

    private final Projects projects;
    private final Definitions definitions;
    private final SnapshotFolder folder;
    private final int kept;
    private final InstantSource clock;
    private final Ids ids;

    /**
     * Publishes into a tree.
     *
     * @param kept versions of each project that are kept
     */
    public SnapshotStore(
            Projects projects, Definitions definitions, SnapshotFolder folder, int kept, InstantSource clock, Ids ids) {
        this.projects = projects;
        this.definitions = definitions;
        this.folder = folder;
        this.kept = kept;
        this.clock = clock;
        this.ids = ids;
    }

    /** The published tree. */
    public SnapshotFolder folder() {
        return folder;
    }

    /** The folder in which a run makes its table; what it holds is of no use once the run has ended. */
    public Path building(String run) throws IOException {
        Path building = folder.root().resolve(BUILDING).resolve(run);
        Files.createDirectories(building.getParent());
        if (!Files.isDirectory(building)) {
            Files.createDirectory(building, PrivateFiles.FOLDER);
        }

        return building;
    }

    /** The runs that have a folder in which they make, or made, a table. */
    public List<String> building() throws IOException {
        try (Stream<Path> folders = Files.list(folder.root().resolve(BUILDING))) {
            return folders.map(one -> one.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Removes the folder in which a run made its table. */
    public void built(String run) throws IOException {
        FileSystemUtils.deleteRecursively(folder.root().resolve(BUILDING).resolve(run));
    }

    /** Projects in force that are linked to a directory. */
    public List<Project> linkedTo(int directory) {
        return projects.linkedTo(directory).stream()
                .filter(project -> Objects.equals(directory, directoryOf(project)))
                .toList();
    }

    /** The segments that targets in force name, of all projects of a directory. */
    public SortedSet<Long> audiences(int directory) {
        SortedSet<Long> audiences = new TreeSet<>();
        linkedTo(directory).forEach(project -> audiences.addAll(audiences(project)));
        return audiences;
    }

    private SortedSet<Long> audiences(Project project) {
        SortedSet<Long> audiences = new TreeSet<>();
        for (Intercept intercept : projects.intercepts(project)) {
            InterceptSettings applied = intercept.applied();
            if (applied != null) {
                audiences.addAll(projects.segments(applied));
            }
        }

        return audiences;
    }

    /** The number of the directory that a project in force is linked to; null for none. */
    public static @Nullable Integer directoryOf(Project project) {
        ProjectSettings applied = project.applied();
        return applied == null ? null : applied.directory();
    }

    /**
     * Publishes a project with a table.
     *
     * @param table the table of its directory; null for a project without one
     * @param forced whether it may have far fewer contacts than the snapshot before
     * @return empty when nothing of the project is in force, or its directory is another one by now
     */
    public Optional<Published> publish(Project project, @Nullable TableFile table, boolean forced) {
        return projects.alone(
                project,
                current -> definitions.of(current).flatMap(definition -> {
                    String directory =
                            table == null ? null : table.description().directory();
                    return Objects.equals(directory, definition.directory())
                            ? Optional.of(write(definition, table, forced))
                            : Optional.<Published>empty();
                }));
    }

    /**
     * Publishes a project with a table that was just built. Of two that were built at once, the one of the later moment
     * stays, whichever comes last.
     *
     * @param forced publishes it in any case, and also with far fewer contacts than the snapshot before
     * @return what is published then; empty when nothing of the project is in force, or its directory is another one by now
     */
    public Optional<Published> publishBuilt(Project project, TableFile table, boolean forced) {
        return projects.alone(project, current -> {
            Optional<Manifest> newest = newest(current);
            return !forced
                            && newest.isPresent()
                            && newest.get().table() != null
                            && newest.get().moment() > table.description().moment()
                    ? newest.map(SnapshotStore::published)
                    : publish(current, table, forced);
        });
    }

    private Optional<Manifest> newest(Project project) {
        try {
            return folder.versions(project.id()).stream().findFirst();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Refusal unreadable(IOException e) {
        return Refusal.failed(
                        "SNAPSHOT_UNREADABLE",
                        "Cannot read the snapshots in %s: %s. Check the folder."
                                .formatted(folder.root(), e.getMessage()))
                .causedBy(e);
    }

    private Published write(ProjectDefinition definition, @Nullable TableFile table, boolean forced) {
        try {
            guard(definition.id(), table, forced);
            Manifest manifest = folder.publish(definition, table, new Publication(clock.millis(), forced));
            folder.prune(definition.id(), kept);
            return published(manifest);
        } catch (IOException e) {
            throw Refusal.failed(
                            "SNAPSHOT_UNWRITABLE",
                            "Cannot publish the snapshot of %s into %s: %s. Check the folder and the room on the disk."
                                    .formatted(definition.id(), folder.root(), e.getMessage()))
                    .causedBy(e);
        }
    }

    private void guard(String project, @Nullable TableFile table, boolean forced) throws IOException {
        long before = folder.manifest(project)
                .map(Manifest::fromJson)
                .map(Manifest::contacts)
                .orElse(0L);
        if (!forced && table != null && table.contacts() < (before + 1) / LEAST_PART) {
            throw Refusal.conflict(
                            "SNAPSHOT_SHRANK",
                            "Cannot publish the snapshot of %s: it has %d contacts, fewer than half of the %d before. Publish it by force if that is right."
                                    .formatted(project, table.contacts(), before))
                    .with("project", project);
        }
    }

    /**
     * Publishes changed definitions alone, beside the table that is published.
     *
     * @return empty when the project needs a new table: it has none of its directory, or one without a segment that it names
     */
    public Optional<Published> publishDefinitions(Project project) {
        Integer directory = directoryOf(project);
        if (directory == null) {
            return publish(project, null, false);
        }

        return table(project, directory).flatMap(table -> publish(project, table, false));
    }

    private Optional<TableFile> table(Project project, int directory) {
        try {
            Manifest.Table table = folder.manifest(project.id())
                    .map(Manifest::fromJson)
                    .map(Manifest::table)
                    .orElse(null);
            if (table == null) {
                return Optional.empty();
            }

            Path path = folder.of(project.id()).resolve(table.file());
            try (Arena arena = Arena.ofConfined()) {
                SnapshotTable opened = SnapshotTable.open(path, arena, table);
                boolean fits = opened.description().directory().equals(ids.directory(directory))
                        && opened.audiences()
                                .containsAll(audiences(project).stream()
                                        .map(ids::segment)
                                        .toList());
                return fits
                        ? Optional.of(new TableFile(
                                path,
                                table.sha256(),
                                table.bytes(),
                                table.contacts(),
                                opened.references(),
                                opened.description()))
                        : Optional.empty();
            }
        } catch (Refusal | IOException unusable) {
            // A table that cannot be used is made anew.
            return Optional.empty();
        }
    }

    /** The snapshots in use. */
    public List<Published> list() {
        try {
            List<Published> snapshots = new ArrayList<>();
            for (String project : folder.projects()) {
                folder.manifest(project).map(Manifest::fromJson).ifPresent(one -> snapshots.add(published(one)));
            }

            return snapshots;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** What a manifest says. */
    public static Published published(Manifest manifest) {
        Manifest.Table table = manifest.table();
        return new Published(
                manifest.project(),
                manifest.version(),
                manifest.contacts(),
                manifest.definitions().bytes() + (table == null ? 0 : table.bytes()));
    }
}
