package io.muster.extract.sftp;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.jspecify.annotations.Nullable;

/** An SFTP server that can keep a client waiting, so that a test can kill or stop it exactly there. */
public final class HeldSftpServer implements AutoCloseable {

    private static final long LONG_ENOUGH = 90;

    private final EmbeddedSftpServer server;
    private volatile @Nullable Held whenListed;
    private volatile @Nullable Held whenRead;
    private volatile @Nullable Held whenMoved;

    private HeldSftpServer(EmbeddedSftpServer server) {
        this.server = server;
    }

    /** Serves a folder to one user. */
    public static HeldSftpServer serving(Path folder, String user, String password) {
        HeldSftpServer held = new HeldSftpServer(
                EmbeddedSftpServer.serving(folder).password(user, password).start());
        held.server.listen(held.new Listener());
        return held;
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** Its public host key. */
    public String hostKey() {
        return server.hostKey();
    }

    /** Answers no read of what is after so many bytes. */
    public Held holdWhenRead(long offset) {
        Held held = new Held(offset);
        whenRead = held;
        return held;
    }

    /** Lists no folder. */
    public Held holdWhenListed() {
        Held held = new Held(0);
        whenListed = held;
        return held;
    }

    /** Moves no file. */
    public Held holdWhenMoved() {
        Held held = new Held(0);
        whenMoved = held;
        return held;
    }

    @Override
    public void close() {
        server.close();
    }

    /** A place where clients are kept waiting; closing it lets go whoever comes later, and fails those that wait. */
    public static final class Held implements AutoCloseable {

        private final long offset;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);

        private Held(long offset) {
            this.offset = offset;
        }

        private void hold(ServerSession session) throws IOException {
            if (over.getCount() == 0) {
                return;
            }

            reached.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }

            session.close(true);
            throw new IOException("The client was killed meanwhile");
        }

        /** Waits until a client is kept waiting. */
        public void await() {
            try {
                if (!reached.await(LONG_ENOUGH, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("No client has come so far");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Holds nobody any more. */
        public void end() {
            over.countDown();
        }

        @Override
        public void close() {
            end();
        }
    }

    private final class Listener implements SftpEventListener {

        @Override
        public void readingEntries(ServerSession session, String remoteHandle, DirectoryHandle localHandle)
                throws IOException {
            Held held = whenListed;
            if (held != null) {
                held.hold(session);
            }
        }

        @Override
        public void reading(
                ServerSession session,
                String remoteHandle,
                FileHandle localHandle,
                long offset,
                byte[] data,
                int dataOffset,
                int dataLen)
                throws IOException {
            Held held = whenRead;
            if (held != null && offset >= held.offset) {
                held.hold(session);
            }
        }

        @Override
        public void moving(ServerSession session, Path source, Path target, Collection<CopyOption> options)
                throws IOException {
            Held held = whenMoved;
            if (held != null) {
                held.hold(session);
            }
        }
    }
}
