package io.muster.snapshot.format;

import io.muster.intercept.decide.ProjectDefinition;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The published tree: one folder a project, which holds all files of its snapshots and can be copied anywhere by itself.
 * Files are immutable and named by their content; {@code manifest.json} names those in use and is the only one that is
 * exchanged.
 *
 * @param root the tree
 */
public record SnapshotFolder(Path root) {

    static final Pattern PROJECT = Pattern.compile("ZN_[0-9A-Za-z]{15}");

    /**
     * How a snapshot is published.
     *
     * @param at when, epoch milliseconds
     * @param forced whether it may hold far fewer contacts than the one before
     */
    public record Publication(long at, boolean forced) {}

    /** The folder of a project. */
    public Path of(String project) {
        if (!PROJECT.matcher(project).matches()) {
            throw new IllegalArgumentException("Invalid project: " + project);
        }

        return root.resolve(project);
    }

    /** The projects with a folder, in the order of their ids. */
    public List<String> projects() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> PROJECT.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Publishes a snapshot: its files first, its manifest last.
     *
     * @param table the table of its directory; null when it has none or it was never built
     */
    public Manifest publish(ProjectDefinition project, @Nullable TableFile table, Publication publication)
            throws IOException {
        ProjectFolder folder = folder(project.id());
        Manifest manifest = folder.write(project, table, publication);
        if (!folder.isPinned() || folder.inUse().isEmpty()) {
            folder.use(manifest);
        }

        return manifest;
    }

    private ProjectFolder folder(String project) {
        return new ProjectFolder(of(project));
    }

    /** Whether the version in use stays in use, whatever is published. */
    public boolean isPinned(String project) {
        return folder(project).isPinned();
    }

    /** Keeps the version in use there, whatever is published. */
    public void pin(String project) throws IOException {
        folder(project).pin();
    }

    /** Puts all versions that are published from now on into use again. */
    public void unpin(String project) throws IOException {
        folder(project).unpin();
    }

    /**
     * Brings the files of a snapshot from elsewhere and puts it into use when all of them are here.
     *
     * @param transfer brings a file, or the rest of it, to its place aside
     */
    public void receive(Manifest manifest, Transfer transfer) throws IOException, InterruptedException {
        ProjectFolder folder = folder(manifest.project());
        Manifest.Part definitions = manifest.definitions();
        receive(folder, definitions.file(), definitions.bytes(), transfer);
        Manifest.Table table = manifest.table();
        if (table != null) {
            receive(folder, table.file(), table.bytes(), transfer);
        }

        try {
            verify(manifest);
        } catch (Refusal damaged) {
            // Brought again at the next attempt instead of being found here for ever.
            folder.discardDamaged(definitions.file(), definitions.sha256());
            if (table != null) {
                for (String project : projects()) {
                    folder(project).discardDamaged(table.file(), table.sha256());
                }
            }

            throw damaged;
        }

        folder.keep(manifest);
        folder.use(manifest);
    }

    /** Projects of one directory have the same table, which is brought once. */
    private void receive(ProjectFolder folder, String file, long bytes, Transfer transfer)
            throws IOException, InterruptedException {
        for (String project : projects()) {
            Path same = of(project).resolve(file);
            if (Files.exists(same)) {
                folder.take(same);
                return;
            }
        }

        folder.receive(file, bytes, transfer);
    }

    /** Brings files of snapshots. */
    @FunctionalInterface
    public interface Transfer {

        /**
         * Brings a file.
         *
         * @param file its name
         * @param part where it is written; what an earlier attempt wrote is there
         * @param bytes its whole length
         */
        void bring(String file, Path part, long bytes) throws IOException, InterruptedException;
    }

    /** The manifest in use, as it is in the file; empty when there is none. */
    public Optional<byte[]> manifest(String project) throws IOException {
        return folder(project).manifest();
    }

    /** The manifest in use; empty when there is none or it cannot be read. */
    public Optional<Manifest> inUse(String project) throws IOException {
        return folder(project).inUse();
    }

    /** All versions that are kept, the newest first, but those that cannot be read. */
    public List<Manifest> versions(String project) throws IOException {
        return folder(project).kept();
    }

    /**
     * What may be served where the version in use cannot be: the versions from before it whose definitions are whole, the
     * newest first. They have the switches of the version in use, as far as these can be read, so that none shows what was
     * switched off since.
     */
    public List<ProjectSnapshot> before(String project) throws IOException {
        Optional<Manifest> inUse = inUse(project);
        Optional<ProjectDefinition> now =
                inUse.flatMap(manifest -> readable(project, manifest)).map(ProjectSnapshot::definition);
        return versions(project).stream()
                .filter(kept ->
                        inUse.isEmpty() || kept.version().compareTo(inUse.get().version()) < 0)
                .flatMap(kept -> readable(project, kept).stream())
                .map(kept -> now.map(definition -> switched(kept, definition)).orElse(kept))
                .toList();
    }

    private Optional<ProjectSnapshot> readable(String project, Manifest manifest) {
        try {
            return Optional.of(read(project, manifest));
        } catch (Refusal damaged) {
            return Optional.empty();
        }
    }

    private static ProjectSnapshot switched(ProjectSnapshot kept, ProjectDefinition now) {
        ProjectDefinition definition = kept.definition().switchedAs(now);
        Manifest.Part part = ProjectFolder.part(SnapshotJson.bytes(definition));
        return part.equals(kept.manifest().definitions())
                ? kept
                : new ProjectSnapshot(kept.manifest().switched(part), definition);
    }

    /**
     * Puts a version that is kept into use, with the switches of now: whoever goes back to other definitions or contacts
     * does not mean to show what was switched off since.
     *
     * @throws Refusal when there is none or it is damaged
     */
    public Manifest use(String version, ProjectDefinition now) throws IOException {
        Manifest kept = folder(now.id()).kept().stream()
                .filter(one -> version.equals(one.version()) || version.startsWith(one.version() + "-"))
                .findFirst()
                .orElseThrow(() -> refusal(now.id(), "version " + version + " is not kept", "List the versions."));
        verify(kept);
        return use(kept, now);
    }

    /** Gives the version in use the switches of now; whether it is pinned does not matter. */
    public void switchInUse(ProjectDefinition now) throws IOException {
        ProjectFolder folder = folder(now.id());
        Optional<Manifest> inUse = folder.inUse();
        if (inUse.isPresent()) {
            var ignored = use(
                    folder.kept().stream()
                            .filter(one -> one.version().equals(inUse.get().kept()))
                            .findFirst()
                            .orElse(inUse.get()),
                    now);
        }
    }

    private Manifest use(Manifest version, ProjectDefinition now) throws IOException {
        ProjectFolder folder = folder(now.id());
        Manifest.Part definitions =
                folder.write(read(now.id(), version).definition().switchedAs(now));
        Manifest switched = definitions.equals(version.definitions()) ? version : version.switched(definitions);
        Optional<Manifest> inUse = folder.inUse();
        // A person wants this version, so evaluators take it even when it has far fewer contacts.
        boolean forced = inUse.filter(
                        before -> before.kept().equals(switched.kept()) ? before.forced() : switched.hasShrunk(before))
                .isPresent();
        Manifest used = forced ? switched.asForced() : switched;
        if (!inUse.equals(Optional.of(used))) {
            folder.use(used);
        }

        return used;
    }

    /** Removes all versions but the newest ones and the one in use, with the files that only they need. */
    public void prune(String project, int keep) throws IOException {
        folder(project).release(keep);
    }

    /**
     * Reads the definitions of a manifest.
     *
     * @throws Refusal with the reason when they are truncated, damaged, or another project's
     */
    public ProjectSnapshot read(String project, Manifest manifest) {
        if (!manifest.project().equals(project)) {
            throw refusal(project, "the manifest is that of " + manifest.project(), "Copy each folder whole.");
        }

        Manifest.Part part = manifest.definitions();
        byte[] json;
        try {
            json = Files.readAllBytes(of(project).resolve(part.file()));
        } catch (IOException e) {
            throw damaged(project, "the file " + part.file() + " cannot be read");
        }

        if (json.length != part.bytes()) {
            throw damaged(
                    project,
                    "the file %s has %d bytes instead of %d".formatted(part.file(), json.length, part.bytes()));
        }

        if (!Hashes.of(json).equals(part.sha256())) {
            throw damaged(project, "the file " + part.file() + " is damaged, the checksum differs");
        }

        ProjectDefinition definition = SnapshotJson.project(json);
        if (!definition.id().equals(project)) {
            throw damaged(project, "its definitions are those of " + definition.id());
        }

        return new ProjectSnapshot(manifest, definition);
    }

    /**
     * Verifies every byte of a snapshot.
     *
     * @throws Refusal with the reason when something is wrong
     */
    public void verify(Manifest manifest) {
        ProjectSnapshot snapshot = read(manifest.project(), manifest);
        Manifest.Table table = manifest.table();
        if (table != null) {
            try (Arena arena = Arena.ofConfined()) {
                SnapshotTable opened = SnapshotTable.open(of(manifest.project()).resolve(table.file()), arena, table);
                checkTable(snapshot, opened.description());
            }
        }
    }

    /**
     * Checks that a table is that of the project's directory, of the moment that the manifest says.
     *
     * @throws Refusal when it is another one's
     */
    public static void checkTable(ProjectSnapshot snapshot, TableDescription table) {
        if (!table.directory().equals(snapshot.definition().directory())) {
            throw damaged(
                    snapshot.manifest().project(), "its table is that of directory %s".formatted(table.directory()));
        }

        if (table.moment() != snapshot.manifest().moment()) {
            throw damaged(snapshot.manifest().project(), "its table is of another moment");
        }
    }

    private static Refusal damaged(String project, String reason) {
        return refusal(project, reason, "Copy or publish it again.");
    }

    private static Refusal refusal(String project, String reason, String advice) {
        return Refusal.failed(
                "UNUSABLE_SNAPSHOT", "Cannot use the snapshot of %s: %s. %s".formatted(project, reason, advice));
    }
}
