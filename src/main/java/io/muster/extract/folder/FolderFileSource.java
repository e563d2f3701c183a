package io.muster.extract.folder;

import io.muster.extract.source.ArchiveName;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.FolderSource;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.SpoolFile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a folder. */
public final class FolderFileSource implements FileSource {

    private final Path folder;
    private final InstantSource clock;

    /** The clock gives the time in archived names. */
    public FolderFileSource(FolderSource spec, InstantSource clock) {
        this.folder = spec.path().toAbsolutePath().normalize();
        this.clock = clock;
    }

    @Override
    public String location() {
        return folder.toString();
    }

    @Override
    public List<SourceFile> list() {
        List<SourceFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                addIfFile(entry, files);
            }
        } catch (NoSuchFileException e) {
            throw refusal("list the files", "there is no such folder. Create it, or correct the job file", e);
        } catch (NotDirectoryException e) {
            throw refusal("list the files", "it is not a folder. Correct the job file", e);
        } catch (IOException e) {
            throw failed("list the files", e);
        }
        return files;
    }

    private static void addIfFile(Path entry, List<SourceFile> files) throws IOException {
        BasicFileAttributes attributes = attributes(entry);
        if (attributes != null && attributes.isRegularFile()) {
            files.add(sourceFile(entry, attributes));
        }
    }

    /** Null when it is gone, or a dangling link. */
    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static SourceFile sourceFile(Path path, BasicFileAttributes attributes) {
        return new SourceFile(
                path.toString(),
                attributes.size(),
                attributes.lastModifiedTime().toInstant());
    }

    @Override
    public void fetch(SourceFile file, Path target) {
        unchanged("fetch", file);
        try (SpoolFile spool = SpoolFile.create(target, file.size())) {
            try (InputStream in = Files.newInputStream(Path.of(file.path()))) {
                spool.append(in, file.size());
            } catch (NoSuchFileException e) {
                throw new FileGone("fetch", file.path(), location());
            } catch (IOException e) {
                throw failed("fetch " + file.name(), e);
            }

            unchanged("fetch", file);
            if (spool.written() != file.size()) {
                throw refusal(
                        "fetch " + file.name(),
                        "%,d of %,d bytes could be read. Try again".formatted(spool.written(), file.size()),
                        null);
            }
            spool.complete();
        }
    }

    @Override
    public String read(SourceFile file, int maxBytes) {
        try (InputStream in = Files.newInputStream(Path.of(file.path()))) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw refusal(
                        "read " + file.name(), "it has more than %,d bytes. Look at it".formatted(maxBytes), null);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new FileGone("read", file.path(), location());
        } catch (IOException e) {
            throw failed("read " + file.name(), e);
        }
    }

    @Override
    public String archive(SourceFile file, String archiveFolder) {
        unchanged("archive", file);
        Path source = Path.of(file.path());
        try {
            Path archive = Files.createDirectories(folder.resolve(archiveFolder));
            Path target = reserve(archive, file.name());
            move(source, target);
            return target.toString();
        } catch (NoSuchFileException e) {
            throw new FileGone("archive", file.path(), location());
        } catch (FileAlreadyExistsException e) {
            throw refusal(
                    "archive " + file.name() + " into " + archiveFolder, "it is not a folder. Correct the job file", e);
        } catch (IOException e) {
            throw failed("archive " + file.name() + " into " + archiveFolder, e);
        }
    }

    /** An empty file of our own under a free name: a process that comes at the same time gets another name. */
    private Path reserve(Path archive, String name) throws IOException {
        for (int n = 0; n < ArchiveName.CANDIDATES; n++) {
            Path target = archive.resolve(ArchiveName.candidate(name, clock.instant(), n));
            if (createdAlone(target)) {
                return target;
            }
        }
        throw refusal("archive " + name + " into " + archive, "every name is taken. Empty the folder", null);
    }

    private static boolean createdAlone(Path file) throws IOException {
        try {
            Files.createFile(file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static void move(Path source, Path reserved) throws IOException {
        try {
            moveOver(source, reserved);
        } catch (IOException e) {
            Files.deleteIfExists(reserved);
            throw e;
        }
    }

    private static void moveOver(Path source, Path reserved) throws IOException {
        try {
            Files.move(source, reserved, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(source, reserved, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void delete(SourceFile file) {
        unchanged("delete", file);
        try {
            Files.delete(Path.of(file.path()));
        } catch (NoSuchFileException e) {
            throw new FileGone("delete", file.path(), location());
        } catch (IOException e) {
            throw failed("delete " + file.name(), e);
        }
    }

    @Override
    public boolean exists(String name) {
        try {
            return Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    @Override
    public boolean put(Path file, String name, String meanwhile) {
        Path partial = folder.resolve(meanwhile);
        Path target = folder.resolve(name);
        try {
            if (exists(name)) {
                return false;
            }

            // Who may read it is the folder's matter, unlike with files of the spool.
            try (OutputStream out = Files.newOutputStream(partial)) {
                Files.copy(file, out);
            }

            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }

            return named(partial, target);
        } catch (NoSuchFileException e) {
            throw refusal("write " + name, "there is no such folder. Create it, or correct the job file", e);
        } catch (IOException e) {
            throw failed("write " + name, e);
        }
    }

    /** A second name for the file takes no other file's place, unlike a rename; where there are none, the name is reserved. */
    private static boolean named(Path partial, Path target) throws IOException {
        try {
            Files.createLink(target, partial);
            Files.delete(partial);
            return true;
        } catch (FileAlreadyExistsException e) {
            Files.delete(partial);
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (!createdAlone(target)) {
                Files.delete(partial);
                return false;
            }

            move(partial, target);
            return true;
        }
    }

    private void unchanged(String doing, SourceFile listed) {
        Path path = Path.of(listed.path());
        try {
            BasicFileAttributes attributes = attributes(path);
            if (attributes == null) {
                throw new FileGone(doing, listed.path(), location());
            }
            SourceFile now = sourceFile(path, attributes);
            if (!now.sameAs(listed)) {
                throw new FileChanged(doing, listed, now, location());
            }
        } catch (IOException e) {
            throw failed(doing + " " + listed.name(), e);
        }
    }

    private Refusal failed(String doing, IOException e) {
        return e instanceof AccessDeniedException denied
                ? refusal(
                        doing,
                        "permission denied for %s. Give the user of Muster access".formatted(denied.getFile()),
                        e)
                : refusal(doing, e.getMessage() + ". Check the folder", e);
    }

    private Refusal refusal(String doing, String reason, @Nullable Exception cause) {
        String message = "Cannot %s in %s: %s.".formatted(doing, folder, reason);
        return cause == null ? Refusal.failed(message) : Refusal.failed(message, cause);
    }

    @Override
    public void close() {
        // holds nothing open between calls
    }
}
