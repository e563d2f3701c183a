package io.muster.snapshot.build;

import io.muster.intercept.Definitions;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
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

    private final Projects projects;
    private final Definitions definitions;
    private final SnapshotFolder folder;
    private final int kept;
    private final InstantSource clock;

    /**
     * Publishes into a tree.
     *
     * @param kept versions of each project that are kept
     */
    public SnapshotStore(
            Projects projects, Definitions definitions, SnapshotFolder folder, int kept, InstantSource clock) {
        this.projects = projects;
        this.definitions = definitions;
        this.folder = folder;
        this.kept = kept;
        this.clock = clock;
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
     * Publishes a project with a table that was just built. Of two that were built at once, the one of the later moment
     * stays, whichever comes last.
     *
     * @param forced publishes it in any case, and also with far fewer contacts than the snapshot before
     * @return what is published then; empty when nothing of the project is in force, or the table is not made for what is in
     *     force by now: its directory is another one, or a target names a segment that the table does not have
     */
    public Optional<Published> publishBuilt(Project project, TableFile table, boolean forced) {
        return publishing(project, definition -> {
            if (!fits(table, definition)) {
                return Optional.empty();
            }

            Optional<Manifest> newest =
                    folder.versions(definition.id()).stream().findFirst();
            return !forced && newest.isPresent() && isLater(newest.get(), table, definition)
                    ? newest
                    : Optional.of(write(definition, table, mayShrink(definition, table, forced)));
        });
    }

    /** Whether the contacts of a snapshot are those of a later moment of the same directory. */
    private boolean isLater(Manifest newest, TableFile table, ProjectDefinition definition) {
        return newest.table() != null
                && newest.moment() > table.description().moment()
                && hasDirectoryOf(definition, newest);
    }

    /**
     * Publishes changed definitions alone, beside a table that is published: the one in use, or while that is pinned the newest
     * one that fits. Switches are in force in any case, also in a version that is pinned.
     *
     * @return empty when the project needs a new table: none is of its directory and has all segments that it names
     */
    public Optional<Published> publishDefinitions(Project project) {
        return publishing(project, definition -> {
            Optional<Manifest> published = definition.directory() == null
                    ? Optional.of(write(definition, null, false))
                    : publishBeside(definition);
            if (published.isEmpty() || folder.isPinned(definition.id())) {
                folder.switchInUse(definition);
            }

            return published;
        });
    }

    private Optional<Manifest> publishBeside(ProjectDefinition definition) throws IOException {
        String project = definition.id();
        for (Manifest beside : folder.isPinned(project)
                ? folder.versions(project)
                : folder.inUse(project).stream().toList()) {
            Optional<TableFile> table = table(beside).filter(one -> fits(one, definition));
            if (table.isPresent()) {
                return Optional.of(write(definition, table.get(), beside.forced()));
            }
        }

        return Optional.empty();
    }

    /** The table of a snapshot; empty when it has none, or one that cannot be used and must be made anew. */
    private Optional<TableFile> table(Manifest manifest) {
        Manifest.Table table = manifest.table();
        try {
            return table == null
                    ? Optional.empty()
                    : Optional.of(
                            SnapshotTable.describe(folder.of(manifest.project()).resolve(table.file()), table));
        } catch (Refusal unusable) {
            return Optional.empty();
        }
    }

    private static boolean fits(TableFile table, ProjectDefinition definition) {
        return table.description().directory().equals(definition.directory())
                && table.description().audiences().containsAll(definition.audiences());
    }

    /**
     * Publishes that a project is gone: switched off, without intercepts, contacts and earlier versions. Evaluators that look
     * later find that as well, so it stays.
     *
     * @param project one that nobody else changes meanwhile
     */
    public void withdraw(Project project) {
        try {
            if (Files.isDirectory(folder.of(project.id()))) {
                folder.unpin(project.id());
                var ignored = folder.publish(
                        new ProjectDefinition(
                                project.id(),
                                false,
                                null,
                                List.of(),
                                null,
                                project.debugKey(),
                                List.of(),
                                List.of(),
                                PageDefinition.NONE),
                        null,
                        new Publication(clock.millis(), false));
                folder.prune(project.id(), 1);
            }
        } catch (IOException e) {
            throw unwritable(project.id(), e);
        }
    }

    private Refusal unwritable(String project, IOException e) {
        return Refusal.failed(
                        "SNAPSHOT_UNWRITABLE",
                        "Cannot publish the snapshot of %s into %s: %s. Check the folder and the room on the disk."
                                .formatted(project, folder.root(), e.getMessage()))
                .causedBy(e);
    }

    /** What is in force of a project; empty when it was never applied. */
    public Optional<ProjectDefinition> inForce(Project project) {
        return definitions.of(project);
    }

    private interface Publishing {

        Optional<Manifest> publish(ProjectDefinition definition) throws IOException;
    }

    /** Does something about what is in force while nobody else changes or publishes it. */
    private Optional<Published> publishing(Project project, Publishing work) {
        return projects.alone(
                project,
                current -> inForce(current).flatMap(definition -> {
                    try {
                        return work.publish(definition).map(SnapshotStore::published);
                    } catch (IOException e) {
                        throw unwritable(definition.id(), e);
                    }
                }));
    }

    private Manifest write(ProjectDefinition definition, @Nullable TableFile table, boolean forced) throws IOException {
        Manifest manifest = folder.publish(definition, table, new Publication(clock.millis(), forced));
        folder.prune(definition.id(), kept);
        return manifest;
    }

    /**
     * Whether evaluators are to take a table however few contacts it has: it was asked for by force, or it is the first of
     * another directory, which cannot be compared with the one before.
     */
    private boolean mayShrink(ProjectDefinition definition, TableFile table, boolean forced) throws IOException {
        Optional<Manifest> before = folder.inUse(definition.id());
        if (forced || before.isEmpty()) {
            return forced;
        }

        boolean same = hasDirectoryOf(definition, before.get());
        if (same && before.get().isHalvedBy(table.contacts())) {
            throw Refusal.conflict(
                            "SNAPSHOT_SHRANK",
                            "Cannot publish the snapshot of %s: it has %d contacts, fewer than half of the %d before. Publish it by force if that is right."
                                    .formatted(
                                            definition.id(),
                                            table.contacts(),
                                            before.get().contacts()))
                    .with("project", definition.id());
        }

        return !same;
    }

    /** Whether a snapshot is of the directory that a project has now, as far as can be known. */
    private boolean hasDirectoryOf(ProjectDefinition definition, Manifest manifest) {
        try {
            return Objects.equals(
                    folder.read(manifest.project(), manifest).definition().directory(), definition.directory());
        } catch (Refusal damaged) {
            return true;
        }
    }

    /** The snapshots in use. */
    public List<Published> list() {
        try {
            List<Published> snapshots = new ArrayList<>();
            for (String project : folder.projects()) {
                folder.inUse(project).map(SnapshotStore::published).ifPresent(snapshots::add);
            }

            return snapshots;
        } catch (IOException e) {
            throw Refusal.failed(
                            "SNAPSHOT_UNREADABLE",
                            "Cannot read the snapshots in %s: %s. Check the folder."
                                    .formatted(folder.root(), e.getMessage()))
                    .causedBy(e);
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
