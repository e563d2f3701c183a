package io.muster.snapshot.format;

import io.muster.intercept.decide.ProjectDefinition;
import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private static final Pattern PROJECT = Pattern.compile("ZN_[0-9A-Za-z]{15}");
    private static final Pattern KEPT_MANIFEST = Pattern.compile("manifest-.*\\.json");

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
        Path folder = Files.createDirectories(root).resolve(project.id());
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, PrivateFiles.FOLDER);
        }

        byte[] json = SnapshotJson.bytes(project);
        String sha256 = Hashes.of(json);
        Manifest manifest = new Manifest(
                project.id(),
                Manifest.versionOf(
                        publication.at(),
                        table == null
                                ? sha256
                                : Hashes.of((sha256 + table.sha256())
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))),
                table == null ? publication.at() : table.description().moment(),
                publication.at(),
                publication.forced(),
                new Manifest.Part(SnapshotNames.definitions(sha256), json.length, sha256),
                table == null
                        ? null
                        : new Manifest.Table(
                                SnapshotNames.table(table.sha256()), table.bytes(), table.sha256(), table.contacts()));
        if (table != null) {
            link(table.path(), folder, SnapshotNames.table(table.sha256()));
        }

        SnapshotNames.write(folder, manifest.definitions().file(), json);
        SnapshotNames.write(folder, SnapshotNames.manifest(manifest.version()), manifest.toJson());
        if (!isPinned(project.id())) {
            SnapshotNames.write(folder, SnapshotNames.MANIFEST, manifest.toJson());
        }

        return manifest;
    }

    /** Whether the version in use stays in use, whatever is published. */
    public boolean isPinned(String project) {
        return Files.exists(of(project).resolve(SnapshotNames.PINNED));
    }

    /** Puts a version that is kept into use, and keeps it there whatever is published. */
    public Manifest pin(String project, String version) throws IOException {
        Manifest manifest = use(project, version);
        SnapshotNames.write(of(project), SnapshotNames.PINNED, new byte[0]);
        return manifest;
    }

    /** Puts the newest version into use, and all that are published from now on. */
    public Manifest unpin(String project) throws IOException {
        Files.deleteIfExists(of(project).resolve(SnapshotNames.PINNED));
        List<Manifest> versions = versions(project);
        if (versions.isEmpty()) {
            throw refusal(project, "there is none", "Publish it.");
        }

        return use(project, versions.getFirst().version());
    }

    /**
     * Brings the files of a snapshot from elsewhere and puts it into use when all of them are here.
     *
     * @param transfer brings a file, or the rest of it, to its place aside
     */
    public void receive(Manifest manifest, Transfer transfer) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(of(manifest.project()));
        Manifest.Part definitions = manifest.definitions();
        receive(folder, definitions.file(), definitions.bytes(), transfer);
        Manifest.Table table = manifest.table();
        if (table != null) {
            receive(folder, table.file(), table.bytes(), transfer);
        }

        verify(manifest);
        SnapshotNames.write(folder, SnapshotNames.manifest(manifest.version()), manifest.toJson());
        SnapshotNames.write(folder, SnapshotNames.MANIFEST, manifest.toJson());
    }

    private static void receive(Path folder, String file, long bytes, Transfer transfer)
            throws IOException, InterruptedException {
        Path target = folder.resolve(file);
        if (Files.exists(target)) {
            return;
        }

        Path part = folder.resolve(file + ".part");
        transfer.bring(file, part, bytes);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        SnapshotNames.sync(folder);
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

    /** A second name of the same file where the file system has such, else a copy. */
    private static void link(Path table, Path folder, String file) throws IOException {
        Path name = folder.resolve(file);
        if (Files.exists(name)) {
            return;
        }

        try {
            Files.createLink(name, table);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (UnsupportedOperationException | IOException e) {
            Path part = Files.createTempFile(folder, "copy-", ".part", PrivateFiles.FILE);
            Files.copy(table, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
        }

        SnapshotNames.sync(folder);
    }

    /** The manifest in use, as it is in the file; empty when there is none. */
    public Optional<byte[]> manifest(String project) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(of(project).resolve(SnapshotNames.MANIFEST)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** All versions that are kept, the newest first. */
    public List<Manifest> versions(String project) throws IOException {
        try (Stream<Path> files = Files.list(of(project))) {
            List<Manifest> manifests = new ArrayList<>();
            for (Path file : files.toList()) {
                if (KEPT_MANIFEST.matcher(file.getFileName().toString()).matches()) {
                    manifests.add(Manifest.fromJson(Files.readAllBytes(file)));
                }
            }

            manifests.sort(Comparator.comparing(Manifest::version).reversed());
            return List.copyOf(manifests);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Puts a version that is kept into use.
     *
     * @throws Refusal when there is none or it is damaged
     */
    public Manifest use(String project, String version) throws IOException {
        Manifest manifest = versions(project).stream()
                .filter(one -> one.version().equals(version))
                .findFirst()
                .orElseThrow(() -> refusal(project, "version " + version + " is not kept", "List the versions."));
        verify(manifest);
        SnapshotNames.write(of(project), SnapshotNames.MANIFEST, manifest.toJson());
        return manifest;
    }

    /** Removes all versions but the newest ones and the one in use, with the files that only they need. */
    public void prune(String project, int keep) throws IOException {
        Path folder = of(project);
        Optional<byte[]> current = manifest(project);
        Set<String> needed = new HashSet<>(Set.of(SnapshotNames.MANIFEST, SnapshotNames.PINNED));
        String inUse = current.map(Manifest::fromJson).map(Manifest::version).orElse("");
        List<Manifest> versions = versions(project);
        for (int i = 0; i < versions.size(); i++) {
            Manifest one = versions.get(i);
            if (i < keep || one.version().equals(inUse)) {
                needed.add(SnapshotNames.manifest(one.version()));
                needed.add(one.definitions().file());
                Manifest.Table table = one.table();
                if (table != null) {
                    needed.add(table.file());
                }
            }
        }

        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!needed.contains(name) && !name.endsWith(".part")) {
                    Files.delete(file);
                }
            }
        }
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
                checkDirectory(snapshot, opened.description());
            }
        }
    }

    /**
     * Checks that a table is that of the project's directory.
     *
     * @throws Refusal when it is another one's
     */
    public static void checkDirectory(ProjectSnapshot snapshot, TableDescription table) {
        if (!table.directory().equals(snapshot.definition().directory())) {
            throw damaged(
                    snapshot.manifest().project(), "its table is that of directory %s".formatted(table.directory()));
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
