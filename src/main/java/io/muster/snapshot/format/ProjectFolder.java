package io.muster.snapshot.format;

import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.SnapshotFolder.Transfer;
import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
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
 * The files of one project: how they come into its folder and how they go.
 *
 * @param path the folder
 */
record ProjectFolder(Path path) {

    private static final Pattern KEPT_MANIFEST = Pattern.compile("manifest-.*\\.json");

    private void make() throws IOException {
        Files.createDirectories(path.getParent());
        if (!Files.isDirectory(path)) {
            Files.createDirectory(path, PrivateFiles.FOLDER);
        }
    }

    /** Writes all files of a snapshot, which is not in use by that. */
    Manifest write(ProjectDefinition project, @Nullable TableFile table, Publication publication) throws IOException {
        make();
        Manifest.Part definitions = write(project);
        Manifest manifest = new Manifest(
                project.id(),
                Manifest.versionOf(publication.at(), definitions.sha256(), table == null ? "" : table.sha256()),
                table == null ? publication.at() : table.description().moment(),
                publication.at(),
                publication.forced(),
                definitions,
                table == null
                        ? null
                        : new Manifest.Table(
                                SnapshotNames.table(table.sha256()), table.bytes(), table.sha256(), table.contacts()));
        if (table != null) {
            link(table.path(), SnapshotNames.table(table.sha256()));
        }

        keep(manifest);
        return manifest;
    }

    /** Writes definitions. */
    Manifest.Part write(ProjectDefinition project) throws IOException {
        byte[] json = SnapshotJson.bytes(project);
        Manifest.Part part = part(json);
        SnapshotNames.write(path, part.file(), json);
        return part;
    }

    /** The file that definitions are, or would be. */
    static Manifest.Part part(byte[] json) {
        String sha256 = Hashes.of(json);
        return new Manifest.Part(SnapshotNames.definitions(sha256), json.length, sha256);
    }

    /** A second name of the same file where the file system has such, else a copy. */
    private void link(Path table, String file) throws IOException {
        Path name = path.resolve(file);
        if (Files.exists(name)) {
            return;
        }

        try {
            Files.createLink(name, table);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (UnsupportedOperationException | IOException e) {
            Path part = Files.createTempFile(path, "copy-", ".part", PrivateFiles.FILE);
            Files.copy(table, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
        }

        SnapshotNames.sync(path);
    }

    /** Has a file of another project as well. */
    void take(Path file) throws IOException {
        make();
        link(file, file.getFileName().toString());
    }

    /** Removes a file that is not what its name says. */
    void discardDamaged(String file, String sha256) throws IOException {
        Path there = path.resolve(file);
        if (Files.exists(there) && !Hashes.ofFile(there).equals(sha256)) {
            Files.delete(there);
        }
    }

    /** Brings a file from elsewhere, unless it is here. */
    void receive(String file, long bytes, Transfer transfer) throws IOException, InterruptedException {
        make();
        Path target = path.resolve(file);
        if (Files.exists(target)) {
            return;
        }

        Path part = path.resolve(file + ".part");
        transfer.bring(file, part, bytes);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        SnapshotNames.sync(path);
    }

    /** Keeps a version. */
    void keep(Manifest manifest) throws IOException {
        SnapshotNames.write(path, SnapshotNames.manifest(manifest.version()), manifest.toJson());
    }

    /** Puts a version into use: from now on it is the one that is read. */
    void use(Manifest manifest) throws IOException {
        SnapshotNames.write(path, SnapshotNames.MANIFEST, manifest.toJson());
    }

    /** The manifest in use, as it is in the file; empty when there is none. */
    Optional<byte[]> manifest() throws IOException {
        return content(path.resolve(SnapshotNames.MANIFEST));
    }

    /** The manifest in use; empty when there is none or it cannot be read. */
    Optional<Manifest> inUse() throws IOException {
        return manifest().flatMap(ProjectFolder::readable);
    }

    /** All versions that are kept, the newest first, but those that cannot be read. */
    List<Manifest> kept() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            List<Manifest> manifests = new ArrayList<>();
            for (Path file : files.toList()) {
                if (KEPT_MANIFEST.matcher(file.getFileName().toString()).matches()) {
                    content(file).flatMap(ProjectFolder::readable).ifPresent(manifests::add);
                }
            }

            manifests.sort(Comparator.comparing(Manifest::version).reversed());
            return List.copyOf(manifests);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Optional<byte[]> content(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Manifest> readable(byte[] json) {
        try {
            return Optional.of(Manifest.fromJson(json));
        } catch (Refusal damaged) {
            return Optional.empty();
        }
    }

    boolean isPinned() {
        return Files.exists(path.resolve(SnapshotNames.PINNED));
    }

    void pin() throws IOException {
        SnapshotNames.write(path, SnapshotNames.PINNED, new byte[0]);
    }

    void unpin() throws IOException {
        Files.deleteIfExists(path.resolve(SnapshotNames.PINNED));
    }

    /** Removes all versions but the newest ones and the one in use, with the files that only they need. */
    void release(int keep) throws IOException {
        Set<String> needed = new HashSet<>(Set.of(SnapshotNames.MANIFEST, SnapshotNames.PINNED));
        Optional<Manifest> inUse = inUse();
        inUse.ifPresent(manifest -> needed.addAll(files(manifest)));
        String version = inUse.map(Manifest::kept).orElse("");
        List<Manifest> kept = kept();
        for (int i = 0; i < kept.size(); i++) {
            Manifest one = kept.get(i);
            if (i < keep || one.version().equals(version)) {
                needed.add(SnapshotNames.manifest(one.version()));
                needed.addAll(files(one));
            }
        }

        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!needed.contains(name) && !name.endsWith(".part")) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Set<String> files(Manifest manifest) {
        Set<String> files = new HashSet<>(Set.of(manifest.definitions().file()));
        Manifest.Table table = manifest.table();
        if (table != null) {
            files.add(table.file());
        }

        return files;
    }
}
