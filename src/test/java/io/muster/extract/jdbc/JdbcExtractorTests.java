package io.muster.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.muster.database.TestDatabase;
import io.muster.extract.record.Extracted;
import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.JdbcRecords.Watermark;
import io.muster.extract.record.RecordSink;
import io.muster.extract.record.TakenRecords;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Against a second schema of MariaDB or MySQL, and against HSQLDB, whose driver is in a folder and nowhere else. */
@Timeout(120)
class JdbcExtractorTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Path DRIVERS = Path.of("target/test-parts/drivers");

    @TempDir
    Path temp;

    private final String schema = "crm_" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Duration> pauses = new ArrayList<>();
    private final StopSignal stop = new StopSignal();
    private final TakenRecords taken = new TakenRecords();
    private Connection crm;

    @BeforeEach
    void makeDatabase() throws SQLException {
        crm = DriverManager.getConnection(database.url());
        run(crm, "CREATE DATABASE " + schema);
        run(crm, "USE " + schema);
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        run(crm, "DROP DATABASE " + schema);
        crm.close();
    }

    @Test
    void turnsEveryTypeOfMySqlIntoExactText() throws SQLException {
        run(crm, """
            CREATE TABLE typed (
                id BIGINT UNSIGNED, price DECIMAL(20, 4), ratio DOUBLE, flag TINYINT(1), name VARCHAR(40) CHARACTER SET utf8mb4,
                born DATE, at TIME(3), seen DATETIME(6), moment TIMESTAMP(3) NULL, since YEAR, note TEXT, kind ENUM('a', 'b'),
                doc JSON)
            """);
        run(crm, "SET time_zone = '+05:00'");
        run(crm, """
            INSERT INTO typed VALUES (18446744073709551615, 12345678901234.5000, 1e-7, 2, 'Zoë 🙂', '1969-07-20', '23:59:59.125',
                '2026-03-29 02:30:00.000001', '2026-03-29 07:30:00.250', 2026, 'a\\nb', 'b', '{"a": 1}')
            """);
        run(crm, "INSERT INTO typed (id) VALUES (1)");

        extract(spec("SELECT * FROM typed ORDER BY id DESC", null, null));

        assertThat(taken.columns())
                .containsExactly(
                        "id", "price", "ratio", "flag", "name", "born", "at", "seen", "moment", "since", "note", "kind",
                        "doc");
        assertThat(taken.records().getFirst())
                .containsEntry("id", "18446744073709551615")
                .containsEntry("price", "12345678901234.5000")
                .containsEntry("ratio", "0.0000001")
                .containsEntry("flag", "2")
                .containsEntry("name", "Zoë 🙂")
                .containsEntry("born", "1969-07-20")
                .containsEntry("at", "23:59:59.125")
                .containsEntry("seen", "2026-03-29T02:30:00.000001")
                .containsEntry("moment", "2026-03-29T02:30:00.25Z")
                .containsEntry("since", "2026")
                .containsEntry("note", "a\nb")
                .containsEntry("kind", "b")
                .containsEntry("doc", "{\"a\": 1}");
        assertThat(taken.records().getLast().values().stream().skip(1)).allMatch(String::isEmpty);
    }

    @Test
    void readsAnotherDatabaseByADriverOfTheFolder() throws Exception {
        try (URLClassLoader classes = new URLClassLoader(
                        new URL[] {DRIVERS.resolve("hsqldb.jar").toUri().toURL()},
                        ClassLoader.getPlatformClassLoader());
                Connection other = ServiceLoader.load(Driver.class, classes)
                        .findFirst()
                        .orElseThrow()
                        .connect("jdbc:hsqldb:file:" + temp.resolve("crm"), new Properties())) {
            run(other, """
                CREATE TABLE typed (id DECIMAL(18, 2), ok BOOLEAN, born DATE, seen TIMESTAMP(6),
                    moment TIMESTAMP(0) WITH TIME ZONE, ratio DOUBLE, note CLOB)
                """);
            run(other, """
                INSERT INTO typed VALUES (1.50, TRUE, DATE '2026-02-28', TIMESTAMP '2026-03-01 12:00:00.5',
                    TIMESTAMP '2026-03-01 12:00:00+02:00', 0.1, 'long')
                """);
            run(other, "SHUTDOWN");
        }

        extract(new JdbcRecords(
                "jdbc:hsqldb:file:" + temp.resolve("crm") + ";shutdown=true",
                "SA",
                null,
                "SELECT * FROM typed",
                null,
                null,
                Duration.ofSeconds(30),
                Retries.standard()));

        assertThat(taken.records())
                .containsExactly(Map.of(
                        "ID", "1.50",
                        "OK", "true",
                        "BORN", "2026-02-28",
                        "SEEN", "2026-03-01T12:00:00.5",
                        "MOMENT", "2026-03-01T12:00:00+02:00",
                        "RATIO", "0.1",
                        "NOTE", "long"));
    }

    @Test
    void saysWhichFolderADriverBelongsIn() {
        JdbcRecords oracle = new JdbcRecords(
                "jdbc:oracle:thin:scott/tiger@//db.example.com/crm",
                null,
                null,
                "SELECT 1",
                null,
                null,
                Duration.ofSeconds(30),
                Retries.standard());

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(oracle))
                .withMessage(
                        "Cannot read jdbc:oracle:thin://db.example.com/crm: no JDBC driver knows such a URL. Put the"
                                + " driver's jar file into target/test-parts/drivers.");
    }

    @Test
    void readsWhatCameAfterTheWatermarkAndABitBefore() throws SQLException {
        run(crm, "CREATE TABLE people (id INT PRIMARY KEY, changed DATETIME(3))");
        run(crm, "INSERT INTO people VALUES (1, '2026-03-01 10:00'), (2, '2026-03-01 11:00'), (3, NULL)");
        Watermark watermark = new Watermark("changed", Duration.ofMinutes(10), 1_000L);
        JdbcRecords all = spec("SELECT id, changed FROM people", watermark, null);

        Extracted first = extract(all);
        assertThat(taken.values("id")).containsExactly("1", "2");
        assertThat(first.watermark()).isEqualTo("2026-03-01T11:00:00");

        // 4 was committed late, 5 too late for the overlap, 6 came since.
        run(crm, "INSERT INTO people VALUES (4, '2026-03-01 10:55'), (5, '2026-03-01 10:45'), (6, '2026-03-01 12:00')");
        TakenRecords later = new TakenRecords();
        Extracted second = extract((JdbcRecords) all.since(String.valueOf(first.watermark())), later);
        assertThat(later.values("id")).containsExactly("4", "2", "6");
        assertThat(second.watermark()).isEqualTo("2026-03-01T12:00:00");
    }

    @Test
    void takesNoValueThatCameAfterTheMomentOfTheRun() throws SQLException {
        run(crm, "CREATE TABLE people (id BIGINT PRIMARY KEY)");
        for (int i = 1; i <= 3_000; i++) {
            run(crm, "INSERT INTO people VALUES (" + i + ")");
        }
        JdbcRecords all = spec("SELECT id FROM people", new Watermark("id", Duration.ofMinutes(10), 5L), null);

        Extracted first = extract(all, new Watching(taken, () -> run(crm, "INSERT IGNORE INTO people VALUES (3001)")));
        assertThat(taken.records()).hasSize(3_000);
        assertThat(first.watermark()).isEqualTo("3000");

        TakenRecords later = new TakenRecords();
        Extracted second = extract((JdbcRecords) all.since(String.valueOf(first.watermark())), later);
        assertThat(later.values("id")).containsExactly("2995", "2996", "2997", "2998", "2999", "3000", "3001");
        assertThat(second.watermark()).isEqualTo("3001");
    }

    @Test
    void keepsTheWatermarkWhereNothingIs() throws SQLException {
        run(crm, "CREATE TABLE people (id BIGINT PRIMARY KEY)");

        assertThat(extract(spec("SELECT id FROM people", new Watermark("id", Duration.ofMinutes(10), 1_000L), "7")))
                .isEqualTo(new Extracted("7"));
        assertThat(taken.columns()).containsExactly("id");
        assertThat(taken.records()).isEmpty();
    }

    @Test
    void refusesColumnsThatCannotBeWatermarks() throws SQLException {
        run(crm, "CREATE TABLE people (id BIGINT PRIMARY KEY, name VARCHAR(10))");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(
                        spec("SELECT name FROM people", new Watermark("name", Duration.ofMinutes(10), 1_000L), null)))
                .withMessageEndingWith(": the watermark name is no number, date or time. Name another column.");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(
                        spec("SELECT name FROM people", new Watermark("id", Duration.ofMinutes(10), 1_000L), null)))
                .withMessageEndingWith(": the query has no column id for the watermark. Add it to the query.");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> {
                    run(crm, "INSERT INTO people VALUES (1, 'a')");
                    extract(spec(
                            "SELECT id FROM people",
                            new Watermark("id", Duration.ofMinutes(10), 1_000L),
                            "2026-03-01"));
                })
                .withMessageContaining("the last run has read up to 2026-03-01, which is no value of the column id");
    }

    @Test
    void refusesBytesAndColumnsOfOneName() throws SQLException {
        run(crm, "CREATE TABLE people (id INT, photo BLOB)");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(spec("SELECT * FROM people", null, null)))
                .withMessageEndingWith(
                        ": the column photo holds bytes, not text. Leave it out of the query, or have the"
                                + " query convert it.");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(spec("SELECT id, id AS ID FROM people", null, null)))
                .withMessageEndingWith(": the query has two columns ID. Give one another name: ID AS OTHER.");
    }

    @Test
    void writesNothing() throws SQLException {
        run(crm, "CREATE TABLE people (id INT)");
        run(crm, "INSERT INTO people VALUES (1)");

        for (String query : List.of("DELETE FROM people", "SELECT 1; DELETE FROM people", "UPDATE people SET id = 2")) {
            assertThatExceptionOfType(Refusal.class).isThrownBy(() -> extract(spec(query, null, null)));
        }
        extract(spec("SELECT id FROM people", null, null));
        assertThat(taken.values("id")).containsExactly("1");
    }

    @Test
    void readsMoreThanFitsIntoMemoryAtOnce() throws SQLException {
        run(crm, "CREATE TABLE many (id INT PRIMARY KEY AUTO_INCREMENT, filler VARCHAR(1000))");
        run(crm, "INSERT INTO many (filler) VALUES (REPEAT('x', 1000))");
        for (int i = 0; i < 16; i++) {
            run(crm, "INSERT INTO many (filler) SELECT filler FROM many");
        }
        int[] rows = new int[1];

        extract(spec("SELECT * FROM many", null, null), new RecordSink() {
            @Override
            public void columns(List<String> names) {}

            @Override
            public void record(List<String> values) {
                rows[0]++;
            }

            @Override
            public void refused(String raw, String reason) {}
        });

        assertThat(rows[0]).isEqualTo(65_536);
    }

    @Test
    void endsAQueryThatTakesTooLong() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(new JdbcRecords(
                        url(schema),
                        null,
                        null,
                        "SELECT SLEEP(60)",
                        null,
                        null,
                        Duration.ofSeconds(1),
                        Retries.standard())))
                .withMessageStartingWith("Cannot read jdbc:mysql://");
    }

    @Test
    void aStopEndsTheQuery() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        String numbers = "SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT SLEEP(60)";
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> {
                    reading.countDown();
                    extract(spec(numbers, null, null));
                })
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(StopSignal.STOPPED)));
        reading.await();
        stop.stop();

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void showsNoSecretWhateverTheDriverSays() {
        String password = "hunter2/&=:";
        JdbcRecords wrong = new JdbcRecords(
                "env:CRM_URL",
                "nobody",
                SecretRef.of("env:CRM_PASSWORD"),
                "SELECT 1",
                null,
                null,
                Duration.ofSeconds(30),
                Retries.standard());
        for (String url : List.of(
                "jdbc:mysql://127.0.0.1:1/crm?password=geheim",
                "jdbc:mysql://nobody:geheim@" + hostAndPort() + "/crm?sslMode=DISABLED",
                "jdbc:mysql://" + hostAndPort() + "/crm?password=geheim&sslMode=geheim")) {
            JdbcExtractor extractor = new JdbcExtractor(
                    wrong, Map.of("CRM_URL", url, "CRM_PASSWORD", password), new JdbcDrivers(DRIVERS), tries(wrong));
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extractor.extract(taken))
                    .satisfies(refusal -> {
                        assertThat(refusal.getMessage()).startsWith("Cannot connect at the database of env:CRM_URL");
                        assertThat(messages(refusal)).doesNotContain("geheim").doesNotContain(password);
                    });
        }
    }

    @Test
    void connectsAgainUnlessTheAccountIsWrong() {
        JdbcRecords nobodyThere = new JdbcRecords(
                "jdbc:mysql://127.0.0.1:1/crm",
                null,
                null,
                "SELECT 1",
                null,
                null,
                Duration.ofSeconds(30),
                new Retries(3, Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(nobodyThere))
                .withMessageStartingWith("Cannot connect at jdbc:mysql://127.0.0.1:1/crm (3 tries): ")
                .withMessageEndingWith("Check address and network.");
        assertThat(pauses).hasSize(2);

        JdbcRecords wrong = new JdbcRecords(
                "jdbc:mysql://" + hostAndPort() + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                "nobody",
                null,
                "SELECT 1",
                null,
                null,
                Duration.ofSeconds(30),
                Retries.standard());
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(wrong))
                .withMessageEndingWith("Correct account and password.");
        assertThat(pauses).hasSize(2);
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable one = failure; one != null; one = one.getCause()) {
            all.append(one).append('\n');
        }
        return all.toString();
    }

    /** Does something at every record. */
    private record Watching(TakenRecords taken, Runnable action) implements RecordSink {

        @Override
        public void columns(List<String> names) {
            taken.columns(names);
        }

        @Override
        public void record(List<String> values) {
            action.run();
            taken.record(values);
        }

        @Override
        public void refused(String raw, String reason) {
            taken.refused(raw, reason);
        }
    }

    private Extracted extract(JdbcRecords spec) {
        return extract(spec, taken);
    }

    private Extracted extract(JdbcRecords spec, RecordSink sink) {
        try (JdbcExtractor extractor = new JdbcExtractor(spec, Map.of(), new JdbcDrivers(DRIVERS), tries(spec))) {
            return extractor.extract(sink);
        }
    }

    private Tries tries(JdbcRecords spec) {
        return new Tries(spec.location(), spec.retries(), pauses::add, new Random(1), stop);
    }

    private JdbcRecords spec(String query, @Nullable Watermark watermark, @Nullable String since) {
        return new JdbcRecords(
                url(schema), null, null, query, watermark, since, Duration.ofSeconds(60), Retries.standard());
    }

    private static String url(String name) {
        return database.url().replaceFirst("(//[^/]*/)[^?]*", "$1" + name);
    }

    private static String hostAndPort() {
        return database.url().replaceFirst("^.*//", "").replaceFirst("/.*", "");
    }

    private static void run(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
