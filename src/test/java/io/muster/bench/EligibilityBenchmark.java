package io.muster.bench;

import io.muster.database.Database;
import io.muster.database.DatabaseSettings;
import io.muster.directory.Actor;
import io.muster.directory.MailingList;
import io.muster.directory.TouchpointChannel;
import io.muster.frequency.Eligibility;
import io.muster.frequency.Eligibility.Counts;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.Population;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.rules.Period;
import io.muster.support.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures who of a list with all contacts may be mailed, under "at most 2 in 30 days, a week apart" and with two touchpoints a
 * contact, against one {@code SELECT} that says the same. One JSON object a line: every measurement, then the medians. The
 * sides alternate, so that a busy machine meets both.
 */
public final class EligibilityBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = "muster_bench_frequency";
    private static final int LIST = 900;
    private static final Actor BENCH = Actor.system("benchmark");

    /** Of each contact one touchpoint in the last 60 days, and for three in four of them another. */
    private static final String TOUCHPOINTS = """
        INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at, survey, recorded_at)
        SELECT 1, number, UNHEX(LPAD(HEX(number * 4 + %1$d), 32, '0')), IF(number %% 2 = 0, 'email', 'web'),
          IF(number %% 2 = 0, 'sent', 'shown'), %2$d - CRC32(CONCAT('t%1$d', number)) %% 5184000 * 1000,
          IF(number %% 3 = 0, 'SV_a', NULL), %2$d
        FROM contact
        WHERE directory_id = 1 AND number %% 4 >= %1$d
        """;

    private static final String PLAIN = """
        SELECT m.number
        FROM list_member m
        JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number
        WHERE m.directory_id = 1 AND m.list_id = 900 AND m.unsubscribed = 0 AND c.unsubscribed = 0
          AND NOT EXISTS (
            SELECT 1 FROM touchpoint t
            WHERE t.directory_id = m.directory_id AND t.number = m.number AND t.kind IN ('shown', 'invite', 'sent')
              AND t.happened_at > %1$d - 604800000)
          AND (
            SELECT COUNT(*) FROM touchpoint t
            WHERE t.directory_id = m.directory_id AND t.number = m.number AND t.kind IN ('shown', 'invite', 'sent')
              AND t.happened_at > %1$d - 2592000000) < 2
        """;

    private final BenchServer server;
    private final long contacts;
    private final int rounds;
    private final Map<String, List<Measured>> measured = new TreeMap<>();

    private EligibilityBenchmark(BenchServer server, long contacts, int rounds) {
        this.server = server;
        this.contacts = contacts;
        this.rounds = rounds;
    }

    /** Arguments: see {@code src/bench/eligibility --help}. */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }

        String url = options.get("--database");
        if (url == null) {
            throw new IllegalArgumentException("--database is missing");
        }

        Path folder = Files.createDirectories(
                Path.of(options.getOrDefault("--folder", "target/bench")).toAbsolutePath());
        new EligibilityBenchmark(
                        new BenchServer(url, Long.parseLong(options.getOrDefault("--server-process", "0"))),
                        Long.parseLong(options.getOrDefault("--contacts", "1000000")),
                        Integer.parseInt(options.getOrDefault("--rounds", "5")))
                .run(folder);
    }

    private void run(Path folder) throws Exception {
        say(Map.of(
                "server",
                server.version(),
                "contacts",
                contacts,
                "rounds",
                rounds,
                "processors",
                Runtime.getRuntime().availableProcessors()));
        try (Database database = open(folder)) {
            long now = Clock.systemUTC().millis();
            Path csv = folder.resolve("eligible.csv");
            long[] counts = new long[3];
            // The first round warms up the compiler and the server, and is thrown away.
            for (int round = 0; round <= rounds; round++) {
                Measured counted = Measured.here(
                        server.process(),
                        () -> counts[0] =
                                ask(database, now, Optional.empty(), null).eligible());
                Measured written = Measured.here(server.process(), () -> counts[1] = write(database, now, csv));
                Measured plain = Measured.here(server.process(), () -> counts[2] = plain(database, now));
                if (counts[0] != counts[1] || counts[0] != counts[2]) {
                    throw new IllegalStateException("The sides differ: " + Arrays.toString(counts));
                }

                if (round > 0) {
                    note("counts", counted);
                    note("csv", written);
                    note("sql", plain);
                }
            }

            Measured reserved = Measured.here(
                    server.process(),
                    () -> counts[0] = ask(database, now, Optional.of(Period.of("1h")), null)
                            .eligible());
            note("reserve", reserved);
            FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), Clock.systemUTC(), BenchServer.IDS);
            note("recompute", Measured.here(server.process(), () -> upkeep.recompute(SampleDirectory.NUMBER)));
            forgetReservations(database);
            say(Map.of(
                    "eligible", counts[1],
                    "counts_wall", median("counts"),
                    "csv_wall", median("csv"),
                    "sql_wall", median("sql"),
                    "csv_against_sql", round(median("csv") / median("sql"))));
        }
    }

    private static Counts ask(Database database, long now, Optional<Period> reserve, Eligibility.@Nullable Sink sink)
            throws Exception {
        JdbcClient jdbc = JdbcClient.create(database.dataSource());
        return new Eligibility(
                        database.dataSource(),
                        jdbc,
                        new JdbcTransactionManager(database.dataSource()),
                        Clock.systemUTC(),
                        BenchServer.IDS)
                .ask(
                        new Eligibility.Question(
                                SampleDirectory.NUMBER,
                                new Population.OnList(new MailingList(LIST, "", SampleDirectory.NUMBER, "All", 0)),
                                TouchpointChannel.EMAIL,
                                null,
                                now,
                                reserve),
                        sink);
    }

    private static long write(Database database, long now, Path csv) throws Exception {
        try (var out = Files.newBufferedWriter(csv)) {
            return ask(database, now, Optional.empty(), judged -> {
                        out.write(BenchServer.IDS.contact(SampleDirectory.NUMBER, judged.number()));
                        out.write(',');
                        out.write(String.valueOf(judged.reference()));
                        out.write(
                                judged.reason() == null
                                        ? ",true,,,"
                                        : ",false," + judged.reason() + ',' + judged.rule());
                        out.write(",\r\n");
                    })
                    .eligible();
        }
    }

    private static long plain(Database database, long now) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            long found = 0;
            try (ResultSet result = statement.executeQuery(PLAIN.formatted(now))) {
                while (result.next()) {
                    found++;
                }
            }

            return found;
        }
    }

    private static void forgetReservations(Database database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE TABLE frequency_reservation");
        }
    }

    /** The schema with its contacts; left from an earlier run where they are as many. */
    private Database open(Path folder) throws Exception {
        if (count() != contacts) {
            server.recreate(SCHEMA);
            try (Database database = database(folder)) {
                fill(database, folder);
            }
        }

        return database(folder);
    }

    private void fill(Database database, Path folder) throws Exception {
        try (Connection connection = database.bulkDataSource().getConnection()) {
            SampleDirectory.fill(connection, folder, contacts);
        }

        long now = Clock.systemUTC().millis();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO mailing_list (id, directory_id, name, created_at) VALUES (900, 1, 'All', 0)");
            statement.execute("INSERT INTO list_member SELECT 1, 900, number, 0, NULL, 0 FROM contact");
            for (int nth = 0; nth < 3; nth++) {
                statement.execute(TOUCHPOINTS.formatted(nth, now));
            }
        }

        new FrequencyRuleStore(
                        JdbcClient.create(database.dataSource()),
                        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())),
                        Clock.systemUTC(),
                        BenchServer.IDS)
                .add(SampleDirectory.NUMBER, new RuleOptions("2", "30d", "7d", null, false, null, null), BENCH);
    }

    private Database database(Path folder) {
        Map<String, String> settings = Map.of("muster.database.url", server.url(SCHEMA));
        return Database.open(DatabaseSettings.read(new StateFolder(folder.resolve("home")), settings::get));
    }

    private long count() {
        try (Connection connection = java.sql.DriverManager.getConnection(server.url(SCHEMA));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM contact")) {
            result.next();
            return result.getLong(1);
        } catch (SQLException notThere) {
            return -1;
        }
    }

    private void note(String what, Measured one) {
        measured.computeIfAbsent(what, ignored -> new ArrayList<>()).add(one);
        say(Map.of(
                "measured",
                what,
                "wall",
                round(one.wall()),
                "cpu",
                round(one.cpu()),
                "server_cpu",
                round(one.serverCpu())));
    }

    private double median(String what) {
        double[] all = measured.getOrDefault(what, List.of()).stream()
                .mapToDouble(Measured::wall)
                .sorted()
                .toArray();
        return all[all.length / 2];
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static void say(Map<String, ?> line) {
        System.out.println(JSON.writeValueAsString(new TreeMap<>(line)));
    }
}
