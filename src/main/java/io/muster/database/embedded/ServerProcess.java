package io.muster.database.embedded;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server: found, started, waited for. All within the gate. */
final class ServerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Logger NOTICE = LoggerFactory.getLogger("muster.notice");
    /** Recovery of a large redo log after a crash takes minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final int PORT_TRIES = 3;
    private static final int CONNECT_MILLIS = 2_000;
    private static final long LOG_LIMIT = 10L << 20;
    private static final int LOG_TAIL = 8_192;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final ServerFolder folder;
    private final Engine engine;
    private final long bufferPool;
    private final String password;

    ServerProcess(ServerFolder folder, Engine engine, long bufferPool, String password) {
        this.folder = folder;
        this.engine = engine;
        this.bufferPool = bufferPool;
        this.password = password;
    }

    /** The port of the running server, which is started where there is none. */
    int port() {
        Optional<Integer> remembered = folder.read(folder.port()).map(Integer::valueOf);
        if (remembered.isPresent() && answers(remembered.get())) {
            return remembered.get();
        }

        Optional<ProcessHandle> left = recorded();
        if (left.isPresent() && remembered.isPresent()) {
            // Still starting for a process that was killed meanwhile, or about to end.
            if (await(remembered.get(), left.get())) {
                return remembered.get();
            }
        }

        return start(remembered);
    }

    private int start(Optional<Integer> remembered) {
        int port = remembered.filter(ServerProcess::isFree).orElseGet(this::freePort);
        for (int attempt = 1; ; attempt++) {
            engine.prepare();
            folder.write(folder.port(), port + "\n");
            folder.write(folder.options(), ServerOptions.file(folder, port, bufferPool));
            folder.write(folder.accounts(), ServerOptions.accounts(password));
            if (await(port, launch().toHandle())) {
                LOG.info("Embedded database started on port {}", port);
                return port;
            }

            String tail = logTail();
            if (attempt == PORT_TRIES || !tail.contains("Address already in use")) {
                throw Refusal.failed(reason(tail, port));
            }

            port = freePort();
        }
    }

    private Process launch() {
        rotateLog();
        try {
            Files.deleteIfExists(folder.pid());
            return Detached.start(
                    List.of(engine.server().toString(), "--defaults-file=" + folder.options()),
                    folder.log(),
                    engine.environment(),
                    folder.root());
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    /** Waits until the server answers; false when it has ended instead. */
    private boolean await(int port, ProcessHandle process) {
        long start = System.nanoTime();
        boolean told = false;
        while (true) {
            boolean alive = process.isAlive() || recorded().isPresent();
            if (answers(port)) {
                return true;
            }

            if (!alive) {
                return false;
            }

            long waited = System.nanoTime() - start;
            if (waited > PATIENCE.toNanos()) {
                throw Refusal.failed(
                        "Cannot start the embedded database: process %d has not answered on port %d for %d minutes. Look into %s."
                                .formatted(process.pid(), port, PATIENCE.toMinutes(), folder.log()));
            }

            if (!told && waited > QUIET.toNanos()) {
                NOTICE.info("Waiting for the embedded database to start");
                told = true;
            }

            Pause.millis(50);
        }
    }

    /** The process of the pid file, when it is really this folder's server. */
    private Optional<ProcessHandle> recorded() {
        try {
            return folder.read(folder.pid())
                    .map(Long::valueOf)
                    .flatMap(ProcessHandle::of)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> process.info().command().orElse("").endsWith("mariadbd"));
        } catch (NumberFormatException e) {
            LOG.warn("{} holds no process id", folder.pid(), e);
            return Optional.empty();
        }
    }

    /** Whether our server answers there: only it knows the password. */
    private boolean answers(int port) {
        if (!accepts(port)) {
            return false;
        }

        Properties login = new Properties();
        login.setProperty("user", EmbeddedServer.USER);
        login.setProperty("password", password);
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:%d/?sslMode=DISABLED&connectTimeout=%d&socketTimeout=%2$d"
                        .formatted(port, CONNECT_MILLIS),
                login)) {
            return connection.isValid(CONNECT_MILLIS / 1_000);
        } catch (SQLException e) {
            LOG.debug("No embedded database on port {}", port, e);
            return false;
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot start the embedded database: no free port on 127.0.0.1 (%s). Close some programs, or set MUSTER_DATABASE_URL."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private void rotateLog() {
        try {
            if (Files.exists(folder.log()) && Files.size(folder.log()) > LOG_LIMIT) {
                Files.move(
                        folder.log(),
                        folder.root().resolve("server.old.log"),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    private String logTail() {
        try (RandomAccessFile log = new RandomAccessFile(folder.log().toFile(), "r")) {
            log.seek(Math.max(0, log.length() - LOG_TAIL));
            byte[] bytes = new byte[LOG_TAIL];
            int length = Math.max(0, log.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private String reason(String tail, int port) {
        if (tail.contains("No space left on device")) {
            return "Cannot start the embedded database: no space left on the disk of %s. Free disk space."
                    .formatted(folder.root());
        }

        if (tail.contains("cannot open shared object")) {
            return Engine.notRunnable(tail);
        }

        if (tail.contains("Cannot allocate memory")) {
            return "Cannot start the embedded database: not enough memory for a buffer pool of %d MiB. Set MUSTER_EMBEDDED_BUFFER_POOL to less, for example 256M."
                    .formatted(bufferPool >> 20);
        }

        String last = tail.lines()
                .filter(line -> line.contains("[ERROR]"))
                .filter(line -> !line.contains("Aborting"))
                .map(line -> line.substring(line.indexOf("[ERROR]") + "[ERROR]".length())
                        .strip())
                .reduce((first, second) -> second)
                .or(() -> tail.lines().reduce((first, second) -> second))
                .orElse("it ended without a word on port " + port);
        return "Cannot start the embedded database: %s. Look into %s.".formatted(last, folder.log());
    }
}
