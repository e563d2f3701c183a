package io.muster.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real servers and real processes, killed in all the ways they get killed. */
class EmbeddedServerDbTests {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path temporary;

    private final List<Process> users = new ArrayList<>();
    private ServerFolder folder = new ServerFolder(Path.of("unset"));

    @BeforeEach
    void shareThePrograms() throws IOException {
        folder = new ServerFolder(temporary.resolve("database"));
        // Unpacking takes seconds; one copy serves all tests.
        ServerFolder shared = new ServerFolder(
                Path.of("target", "test-database").toAbsolutePath().normalize());
        shared.create();
        FolderLock.holding(shared, () -> {
            new Engine(shared).prepare();
            return "";
        });
        Files.createDirectories(folder.root());
        Files.createSymbolicLink(folder.engine(), shared.engine());
    }

    @AfterEach
    void endEverything() throws IOException {
        users.forEach(Process::destroyForcibly);
        for (Optional<ProcessHandle> left : List.of(keeper(), server())) {
            left.ifPresent(process -> {
                process.destroyForcibly();
                await().atMost(SOON).until(() -> !process.isAlive());
            });
        }

        Files.deleteIfExists(folder.engine());
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 900, 1_500})
    void comesUpWhateverMomentOfTheFirstStartIsKilled(int millis) throws Exception {
        Process killed = startUser(LONG);
        await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
        killed.destroyForcibly().waitFor();

        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isOutOfReachOfTheTerminal() throws Exception {
        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
            assertThat(sessionOf(server().orElseThrow())).isNotEqualTo(sessionOf(ProcessHandle.current()));
            assertThat(sessionOf(keeper().orElseThrow())).isNotEqualTo(sessionOf(ProcessHandle.current()));
        }
    }

    private static String sessionOf(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        // After the program's name in parentheses: state, parent, group, session.
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
    }

    @Test
    void keepsDataWhenAllLeaveAndSomebodyComesBack() throws Exception {
        try (EmbeddedServer server = attach(SHORT)) {
            execute(server, "CREATE DATABASE kept");
        }
        await().atMost(SOON).until(() -> server().isEmpty());
        assertThat(Files.readString(folder.log())).contains("Shutdown complete");

        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(server, "SHOW DATABASES LIKE 'kept'")).isEqualTo("kept");
        }
    }

    @Test
    void staysForTheNextCommandWhileItLingers() throws Exception {
        String first;
        try (EmbeddedServer server = attach(LONG)) {
            first = server.url();
        }
        ProcessHandle process = server().orElseThrow();

        try (EmbeddedServer server = attach(LONG)) {
            assertThat(server.url()).isEqualTo(first);
            assertThat(server()).contains(process);
        }
    }

    @Test
    void startsOneServerForTwoThatComeAtOnce() throws Exception {
        Process one = startUser(LONG);
        Process other = startUser(LONG);

        assertThat(firstLine(one)).isEqualTo(firstLine(other)).startsWith("jdbc:mysql://127.0.0.1:");
        assertThat(Files.readString(folder.log()).split("ready for connections", -1))
                .hasSize(2);
    }

    @Test
    void outlivesAKilledUserAndStopsAfterTheLast() throws Exception {
        Process killed = startUser(SHORT);
        firstLine(killed);
        try (EmbeddedServer server = attach(SHORT)) {
            killed.destroyForcibly().waitFor();
            // Several times as long as it would linger without us.
            await().pollDelay(SHORT.multipliedBy(5)).until(() -> true);
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }

        await().atMost(SOON).until(() -> server().isEmpty());
    }

    @Test
    void stopsWhenTheOnlyUserIsKilled() throws Exception {
        Process killed = startUser(SHORT);
        firstLine(killed);
        killed.destroyForcibly().waitFor();

        await().atMost(SOON).until(() -> server().isEmpty());
        try (Stream<Path> marks = Files.list(folder.users())) {
            assertThat(marks).isEmpty();
        }
    }

    @Test
    void startsAgainAfterTheServerCrashed() throws Exception {
        try (EmbeddedServer server = attach(LONG)) {
            execute(server, "CREATE DATABASE survived");
        }
        ProcessHandle crashed = server().orElseThrow();
        crashed.destroyForcibly();
        await().atMost(SOON).until(() -> !crashed.isAlive());

        try (EmbeddedServer server = attach(LONG)) {
            assertThat(server().orElseThrow().pid()).isNotEqualTo(crashed.pid());
            assertThat(query(server, "SHOW DATABASES LIKE 'survived'")).isEqualTo("survived");
        }
    }

    @Test
    void isNotMisledByAPidFileFromBeforeAReboot() throws Exception {
        folder.create();
        folder.write(folder.pid(), ProcessHandle.current().pid() + "\n");
        folder.write(folder.port(), "1\n");

        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void takesAnotherPortWhenAStrangerSitsOnItsOwn() throws Exception {
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            folder.create();
            folder.write(folder.port(), stranger.getLocalPort() + "\n");

            try (EmbeddedServer server = attach(SHORT)) {
                assertThat(server.url()).doesNotContain(":" + stranger.getLocalPort() + "/");
                assertThat(query(server, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void startsAnotherKeeperWhenThatWasKilled() throws Exception {
        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
            ProcessHandle keeper = keeper().orElseThrow();
            keeper.destroyForcibly();
            await().atMost(SOON).until(() -> !keeper.isAlive());
        }
        attach(SHORT).close();

        await().atMost(SOON).until(() -> server().isEmpty());
    }

    @Test
    void stopsWhenItsFolderIsRemoved() throws Exception {
        attach(LONG).close();
        ProcessHandle process = server().orElseThrow();
        // The keeper has to have seen whom to stop.
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        org.springframework.util.FileSystemUtils.deleteRecursively(folder.users());

        await().atMost(SOON).until(() -> !process.isAlive());
    }

    @Test
    void acceptsItsOwnAccountOnly() throws Exception {
        try (EmbeddedServer server = attach(SHORT)) {
            assertThatThrownBy(() -> DriverManager.getConnection(server.url(), "root", "")
                            .close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Access denied");
            assertThat(query(server, "SELECT GROUP_CONCAT(DISTINCT User ORDER BY User) FROM mysql.global_priv"))
                    .isEqualTo("mariadb.sys,muster");
            assertThat(query(server, "SELECT @@bind_address")).isEqualTo("127.0.0.1");
        }

        for (Path secret : List.of(folder.password(), folder.accounts())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.users())))
                .isEqualTo("rwx------");
    }

    @Test
    void isDurableAndSpeaksTheAgreedDialect() throws Exception {
        try (EmbeddedServer server = attach(SHORT)) {
            assertThat(query(
                            server,
                            "SELECT CONCAT_WS(' ', @@innodb_flush_log_at_trx_commit, @@local_infile,"
                                    + " @@global.tx_isolation, @@collation_server, @@innodb_buffer_pool_size)"))
                    .isEqualTo("1 ON READ-COMMITTED utf8mb4_bin 67108864");
        }
    }

    @Test
    void namesTheReasonWhenTheServerCannotStart() throws Exception {
        attach(SHORT).close();
        await().atMost(SOON).until(() -> server().isEmpty());
        try (RandomAccessFile system =
                new RandomAccessFile(folder.data().resolve("ibdata1").toFile(), "rw")) {
            system.write(new byte[64 << 10]);
        }

        assertThatThrownBy(() -> attach(SHORT).close())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot start the embedded database: ")
                .hasMessageContaining(folder.log().toString());
    }

    @Test
    void refusesAFileInPlaceOfItsFolder() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        EmbeddedSettings settings = new EmbeddedSettings(file, 64L << 20, SHORT);

        assertThatThrownBy(() -> EmbeddedServer.attach(settings).close())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot use the folder of the embedded database: ")
                .hasMessageContaining("set MUSTER_HOME");
    }

    private EmbeddedServer attach(Duration linger) {
        return EmbeddedServer.attach(new EmbeddedSettings(folder.root(), 64L << 20, linger));
    }

    private Process startUser(Duration linger) throws IOException {
        Process user = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedUser.class.getName(),
                        folder.root().toString(),
                        Long.toString(linger.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        users.add(user);
        return user;
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(lines.readLine());
    }

    private Optional<ProcessHandle> server() {
        return running("mariadbd", folder.options().toString());
    }

    private Optional<ProcessHandle> keeper() {
        return running("java", Keeper.class.getName());
    }

    private Optional<ProcessHandle> running(String program, String argument) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith(program))
                .filter(process -> process.info().commandLine().orElse("").contains(argument))
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .contains(folder.root().toString()))
                .findFirst();
    }

    private static void execute(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
