package io.muster.extract.sftp;

import io.muster.extract.source.ArchiveName;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.Sleeper;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.SpoolFile;
import io.muster.extract.source.StopSignal;
import io.muster.support.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.file.remote.session.CachingSessionFactory;
import org.springframework.integration.sftp.session.DefaultSftpSessionFactory;
import org.springframework.integration.sftp.session.SftpRemoteFileTemplate;

/**
 * The files of a directory on an SFTP server. A connection that fails or breaks is made again as the job says, and a
 * broken download goes on where it stopped; a wrong login or host key fails at once.
 */
public final class SftpFileSource implements FileSource {

    private final SftpSource spec;
    private final String directory;
    private final Sleeper sleeper;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final StopSignal stop;
    private final HostKeys hostKeys;
    private final SshClient client;
    private final DefaultSftpSessionFactory connections;
    private final CachingSessionFactory<SftpClient.DirEntry> sessions;
    private final SftpRemoteFileTemplate template;

    /**
     * Reads keys and secrets; connects at the first call only.
     *
     * @param environment where {@code env:} secrets are looked up
     * @param sleeper waits between tries
     * @param clock gives the time in archived names
     * @param random spreads the tries
     * @param stop ends every wait for the server
     * @throws Refusal when a host key, the known_hosts file, a secret or the private key cannot be read
     */
    public SftpFileSource(
            SftpSource spec,
            Map<String, String> environment,
            Sleeper sleeper,
            InstantSource clock,
            RandomGenerator random,
            StopSignal stop) {
        this.spec = spec;
        this.directory = spec.directory();
        this.sleeper = sleeper;
        this.clock = clock;
        this.random = random;
        this.stop = stop;
        this.hostKeys = HostKeys.of(spec);
        this.client = SftpLogin.client(spec, hostKeys, environment);
        this.connections = new DefaultSftpSessionFactory(client, false);
        connections.setHost(spec.host());
        connections.setPort(spec.port());
        connections.setUser(spec.user());
        connections.setTimeout(Math.toIntExact(spec.connectTimeout().toMillis()));
        this.sessions = new CachingSessionFactory<>(connections, 1);
        sessions.setTestSession(true);
        this.template = new SftpRemoteFileTemplate(sessions);
    }

    /** What is done with a connection; may be done again from the start on a new one. */
    private interface Work<T> {

        @Nullable
        T on(SftpClient sftp, int attempt) throws IOException;
    }

    @Override
    public String location() {
        return spec.location();
    }

    @Override
    public List<SourceFile> list() {
        List<SourceFile> listed = call("list the files", (sftp, attempt) -> {
            List<SourceFile> files = new ArrayList<>();
            for (SftpClient.DirEntry entry : sftp.readDir(directory)) {
                addIfFile(sftp, entry, files);
            }
            return files;
        });
        return Objects.requireNonNull(listed);
    }

    private void addIfFile(SftpClient sftp, SftpClient.DirEntry entry, List<SourceFile> files) throws IOException {
        if (entry.getFilename().indexOf('/') >= 0) {
            throw refusal(
                    "list the files",
                    "the server lists a name with a slash in it, which no honest server does. Ask its owner.",
                    null);
        }
        String path = at(entry.getFilename());
        SftpClient.Attributes attributes = entry.getAttributes();
        if (attributes.isSymbolicLink()) {
            try {
                attributes = sftp.stat(path);
            } catch (SftpException e) {
                if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                    return; // a dangling link is no file
                }
                throw e;
            }
        }
        if (attributes.isRegularFile()) {
            files.add(sourceFile(path, attributes));
        }
    }

    private static SourceFile sourceFile(String path, SftpClient.Attributes attributes) {
        Instant modified = attributes.getModifyTime() == null
                ? Instant.EPOCH
                : attributes.getModifyTime().toInstant();
        return new SourceFile(path, attributes.getSize(), modified);
    }

    @Override
    public void fetch(SourceFile file, Path target) {
        try (SpoolFile spool = SpoolFile.create(target, file.size())) {
            call("fetch " + file.path(), (sftp, attempt) -> {
                download(sftp, file, spool);
                return spool;
            });
            spool.complete();
        }
    }

    private void download(SftpClient sftp, SourceFile file, SpoolFile spool) throws IOException {
        unchanged(sftp, "fetch", file);
        if (spool.written() < file.size()) {
            try (InputStream in = sftp.read(file.path())) {
                append(sftp, in, file, spool);
            }
        }

        unchanged(sftp, "fetch", file);
        if (spool.written() != file.size()) {
            throw new EOFException("the server sent %,d of %,d bytes".formatted(spool.written(), file.size()));
        }
    }

    /** Closes the session of a failed download first: closing the stream waits for every answer still under way. */
    private static void append(SftpClient sftp, InputStream in, SourceFile file, SpoolFile spool) throws IOException {
        try {
            in.skipNBytes(spool.written());
            spool.append(in, file.size());
        } catch (IOException e) {
            sftp.close();
            throw e;
        }
    }

    @Override
    public String read(SourceFile file, int maxBytes) {
        byte[] bytes = call("read " + file.path(), (sftp, attempt) -> {
            try (InputStream in = sftp.read(file.path())) {
                return in.readNBytes(maxBytes + 1);
            } catch (SftpException e) {
                throw goneOr(e, "read", file.path());
            }
        });
        if (Objects.requireNonNull(bytes).length > maxBytes) {
            throw refusal("read " + file.path(), "it has more than %,d bytes. Look at it.".formatted(maxBytes), null);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String archive(SourceFile file, String folder) {
        String archive = folder.startsWith("/") ? folder : at(folder);
        Instant now = clock.instant();
        String[] tried = new String[1];
        String archived = call("archive %s into %s".formatted(file.path(), archive), (sftp, attempt) -> {
            if (tried[0] != null && movedAlready(sftp, file, tried[0])) {
                return tried[0];
            }
            unchanged(sftp, "archive", file);
            makeFolder(sftp, archive);
            for (int n = 0; n < ArchiveName.CANDIDATES; n++) {
                String target = archive + "/" + ArchiveName.candidate(file.name(), now, n);
                if (stat(sftp, target) == null) {
                    tried[0] = target;
                    if (renamed(sftp, file, target)) {
                        return target;
                    }
                }
            }
            throw refusal(
                    "archive " + file.path(), "every name in %s is taken. Empty the folder.".formatted(archive), null);
        });
        return Objects.requireNonNull(archived);
    }

    /** The answer to an earlier rename was lost with the connection, but the rename was done. */
    private boolean movedAlready(SftpClient sftp, SourceFile file, String target) throws IOException {
        SftpClient.Attributes moved = stat(sftp, target);
        return moved != null
                && stat(sftp, file.path()) == null
                && sourceFile(file.path(), moved).sameAs(file);
    }

    /**
     * The plain rename of SFTP version 3 refuses to replace a file (unlike the template's own rename, which deletes the
     * target first); false when another process took the name in between.
     */
    private boolean renamed(SftpClient sftp, SourceFile file, String target) throws IOException {
        try {
            sftp.rename(file.path(), target);
            return true;
        } catch (SftpException e) {
            if (stat(sftp, file.path()) == null) {
                throw new FileGone("archive", file.path(), location());
            }
            if (stat(sftp, target) != null) {
                return false;
            }
            throw e;
        }
    }

    private static void makeFolder(SftpClient sftp, String folder) throws IOException {
        SftpClient.Attributes present = stat(sftp, folder);
        if (present != null) {
            return;
        }
        int slash = folder.lastIndexOf('/');
        if (slash > 0) {
            makeFolder(sftp, folder.substring(0, slash));
        }
        try {
            sftp.mkdir(folder);
        } catch (SftpException e) {
            if (stat(sftp, folder) == null) {
                throw e;
            }
        }
    }

    @Override
    public void delete(SourceFile file) {
        call("delete " + file.path(), (sftp, attempt) -> {
            try {
                unchanged(sftp, "delete", file);
                sftp.remove(file.path());
            } catch (FileGone e) {
                if (attempt == 1) {
                    throw e;
                }
            } catch (SftpException e) {
                throw goneOr(e, "delete", file.path());
            }
            return file;
        });
    }

    @Override
    public boolean exists(String name) {
        return call("look for " + name, (sftp, attempt) -> stat(sftp, at(name))) != null;
    }

    @Override
    public boolean put(Path file, String name, String meanwhile) {
        String target = at(name);
        String partial = at(meanwhile);
        boolean[] written = new boolean[1];
        Boolean put = call("write " + target, (sftp, attempt) -> {
            if (stat(sftp, target) != null) {
                // The answer to an earlier rename may have been lost with the connection.
                return written[0] && stat(sftp, partial) == null;
            }

            if (!written[0]) {
                upload(sftp, file, partial);
                written[0] = true;
            }

            return named(sftp, partial, target);
        });
        return Boolean.TRUE.equals(put);
    }

    private static void upload(SftpClient sftp, Path file, String partial) throws IOException {
        try (OutputStream out = sftp.write(partial)) {
            Files.copy(file, out);
        }

        SftpClient.Attributes there = stat(sftp, partial);
        if (there == null || there.getSize() != Files.size(file)) {
            throw new EOFException("the server has only a part of the file");
        }
    }

    /** The plain rename of SFTP version 3 refuses to replace a file. */
    private static boolean named(SftpClient sftp, String partial, String target) throws IOException {
        try {
            sftp.rename(partial, target);
            return true;
        } catch (SftpException e) {
            if (stat(sftp, target) != null) {
                sftp.remove(partial);
                return false;
            }

            throw e;
        }
    }

    private void unchanged(SftpClient sftp, String doing, SourceFile listed) throws IOException {
        SftpClient.Attributes attributes = stat(sftp, listed.path());
        if (attributes == null) {
            throw new FileGone(doing, listed.path(), location());
        }
        SourceFile now = sourceFile(listed.path(), attributes);
        if (!now.sameAs(listed)) {
            throw new FileChanged(doing, listed, now, location());
        }
    }

    private static SftpClient.@Nullable Attributes stat(SftpClient sftp, String path) throws IOException {
        try {
            return sftp.stat(path);
        } catch (SftpException e) {
            if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
                    || e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH) {
                return null;
            }
            throw e;
        }
    }

    private RuntimeException goneOr(SftpException e, String doing, String path) throws SftpException {
        if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
            return new FileGone(doing, path, location());
        }
        throw e;
    }

    private String at(String name) {
        return directory.equals(".") ? name : directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    private <T> @Nullable T call(String doing, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            int current = attempt;
            RuntimeException failure;
            stop.check(doing + " at " + location());
            try {
                return untilStopped(work, current);
            } catch (RuntimeException e) {
                failure = e;
            }

            stop.check(doing + " at " + location());
            SftpFailure reason = SftpFailure.of(failure, hostKeys);
            if (reason.kind() == SftpFailure.Kind.OURS) {
                throw reason.ours();
            }
            boolean again = reason.kind() == SftpFailure.Kind.CONNECTION
                    && spec.retries().mayFollow(attempt);
            if (!again) {
                String tries = attempt == 1 ? "" : " (%d tries)".formatted(attempt);
                throw refusal(doing + tries, reason.sentence(spec), failure);
            }
            sleeper.pause(spec.retries().pauseAfter(attempt, random), doing + " at " + location());
        }
    }

    /** A server that does not answer is waited for no longer once the process is asked to stop. */
    private <T> @Nullable T untilStopped(Work<T> work, int attempt) {
        Thread waiting = Thread.currentThread();
        StopSignal.Listening listening = stop.listen(() -> {
            client.close(true);
            waiting.interrupt();
        });
        try {
            return template.execute(session -> work.on((SftpClient) session.getClientInstance(), attempt));
        } finally {
            listening.close();
            if (stop.isStopped()) {
                // What has to be done to stop in order, such as writing it down, is not to be interrupted.
                boolean unused = Thread.interrupted();
            }
        }
    }

    private Refusal refusal(String doing, String reason, @Nullable Exception cause) {
        String message = "Cannot %s at %s: %s".formatted(doing, location(), reason);
        return cause == null ? Refusal.failed(message) : Refusal.failed(message, cause);
    }

    @Override
    public void close() {
        sessions.destroy();
        connections.destroy();
        client.stop();
    }
}
