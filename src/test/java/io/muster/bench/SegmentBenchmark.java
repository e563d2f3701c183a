package io.muster.bench;

import io.muster.bench.SampleSegments.Mix;
import io.muster.bench.SampleSegments.Sample;
import io.muster.database.Database;
import io.muster.database.DatabaseSettings;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.evaluate.Pass;
import io.muster.segment.evaluate.PublishedMembers;
import io.muster.segment.evaluate.Setup;
import io.muster.support.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures the evaluation of segments against streaming the same columns, and against one {@code INSERT … SELECT} per
 * segment. One JSON object a line: every single measurement, then the medians and their ratios. The sides alternate, so that
 * a busy machine meets both.
 */
public final class SegmentBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = "muster_bench_segments";
    private static final String CONTACTS =
            "SELECT number, unsubscribed, created_at, first_name, email, phone, language,"
                    + " embedded FROM contact WHERE directory_id = 1 ORDER BY number";
    private static final String MEMBERS =
            "SELECT list_id, number, unsubscribed FROM list_member WHERE directory_id = 1";
    private static final String TRANSACTIONS =
            "SELECT number, happened_at, fields FROM contact_transaction WHERE directory_id = 1 ORDER BY number";

    private final BenchServer server;
    private final long contacts;
    private final int segments;
    private final int rounds;
    private final Map<String, List<Measured>> measured = new TreeMap<>();

    private SegmentBenchmark(BenchServer server, long contacts, int segments, int rounds) {
        this.server = server;
        this.contacts = contacts;
        this.segments = segments;
        this.rounds = rounds;
    }

    /** Arguments: see {@code src/bench/segments --help}. */
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
        new SegmentBenchmark(
                        new BenchServer(url, Long.parseLong(options.getOrDefault("--server-process", "0"))),
                        Long.parseLong(options.getOrDefault("--contacts", "1000000")),
                        Integer.parseInt(options.getOrDefault("--segments", "200")),
                        Integer.parseInt(options.getOrDefault("--rounds", "5")))
                .run(
                        folder,
                        Arrays.asList(options.getOrDefault("--only", "contacts,lists,transactions,sql")
                                .split(",", -1)));
    }

    private void run(Path folder, List<String> scenarios) throws Exception {
        say(Map.of(
                "server", server.version(),
                "contacts", contacts,
                "segments", segments,
                "rounds", rounds,
                "processors", Runtime.getRuntime().availableProcessors()));
        try (Database database = open(folder)) {
            for (Mix mix : Mix.values()) {
                if (scenarios.contains(mix.name().toLowerCase(Locale.ROOT))) {
                    pass(database, mix);
                }
            }

            if (scenarios.contains("sql")) {
                sql(database, Mix.LISTS);
                sql(database, Mix.TRANSACTIONS);
            }
        }
    }

    /** The schema with its contacts; left from an earlier run where they are as many. */
    private Database open(Path folder) throws Exception {
        if (count() != contacts) {
            server.recreate(SCHEMA);
            try (Database database = database(folder);
                    Connection connection = database.bulkDataSource().getConnection()) {
                SampleDirectory.fill(connection, folder, contacts);
                try (Statement statement = connection.createStatement()) {
                    statement.execute(
                            "CREATE TABLE bench_member (segment INT, number BIGINT, PRIMARY KEY (segment, number))");
                }
            }
        }

        return database(folder);
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

    private void pass(Database database, Mix mix) throws Exception {
        String name = mix.name().toLowerCase(Locale.ROOT);
        Pass pass = compile(mix);
        int last = (int) (contacts >>> 16);
        long[] members = new long[1];
        // The first round warms up the compiler of both sides and is thrown away.
        for (int round = 0; round <= rounds; round++) {
            boolean counts = round > 0;
            Measured stream = Measured.here(server.process(), () -> stream(database, mix));
            Measured evaluated = Measured.here(server.process(), () -> {
                members[0] = 0;
                try (Connection connection = snapshot(database)) {
                    pass.evaluate(
                            connection,
                            0,
                            last,
                            block -> block.members()
                                    .values()
                                    .forEach(bitmap -> members[0] += bitmap.getLongCardinality()));
                }
            });
            if (counts) {
                note(name + " stream", stream);
                note(name + " pass", evaluated);
            }
        }

        say(Map.of(
                "scenario", name,
                "memberships", members[0],
                "stream_wall", median(name + " stream", Side.WALL),
                "pass_wall", median(name + " pass", Side.WALL),
                "stream_cpu", median(name + " stream", Side.CPU),
                "pass_cpu", median(name + " pass", Side.CPU),
                "wall_ratio", round(median(name + " pass", Side.WALL) / median(name + " stream", Side.WALL)),
                "cpu_ratio", round(median(name + " pass", Side.CPU) / median(name + " stream", Side.CPU))));
    }

    private Pass compile(Mix mix) {
        SequencedMap<Long, Condition<ContactTest>> conditions = new LinkedHashMap<>();
        SampleSegments.of(segments, mix).forEach((id, sample) -> conditions.put(id, condition(sample)));
        return Pass.compile(
                new Setup(SampleDirectory.NUMBER, ZoneOffset.UTC, SampleDirectory.AS_OF, PublishedMembers.NONE),
                conditions);
    }

    private static Condition<ContactTest> condition(Sample sample) {
        return switch (Conditions.parse(sample.json(), BenchServer.IDS)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken ->
                throw new IllegalStateException(sample.json() + " " + broken.problems());
        };
    }

    private static Connection snapshot(Database database) throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }

        return connection;
    }

    /** Reads the columns that the segments are about and looks at every byte. */
    private static void stream(Database database, Mix mix) throws SQLException {
        try (Connection connection = snapshot(database)) {
            long sum = stream(connection, CONTACTS, 3, 8);
            sum += mix == Mix.CONTACTS ? 0 : stream(connection, MEMBERS, 3, 3);
            sum += mix == Mix.TRANSACTIONS ? stream(connection, TRANSACTIONS, 2, 3) : 0;
            if (sum == 42) {
                throw new IllegalStateException("Nobody looks at the sum otherwise");
            }
        }
    }

    private static long stream(Connection connection, String sql, int numbers, int columns) throws SQLException {
        long sum = 0;
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    for (int column = 1; column <= numbers; column++) {
                        sum += result.getLong(column);
                    }

                    for (int column = numbers + 1; column <= columns; column++) {
                        byte[] bytes = result.getBytes(column);
                        if (bytes != null) {
                            for (byte b : bytes) {
                                sum += b;
                            }
                        }
                    }
                }
            }
        }

        return sum;
    }

    /** Every tenth segment as a statement of its own; the others are taken to cost as much. */
    private void sql(Database database, Mix mix) throws Exception {
        String name = mix.name().toLowerCase(Locale.ROOT);
        int sampled = 0;
        double wall = 0;
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE TABLE bench_member");
            for (Map.Entry<Long, Sample> segment :
                    SampleSegments.of(segments, mix).entrySet()) {
                if (segment.getKey() % 10 == 5) {
                    sampled++;
                    wall += Measured.here(
                                    server.process(),
                                    () -> statement.execute("INSERT INTO bench_member SELECT " + segment.getKey()
                                            + ", c.number FROM contact c WHERE c.directory_id = 1 AND "
                                            + segment.getValue().sql()))
                            .wall();
                }
            }

            statement.execute("TRUNCATE TABLE bench_member");
        }

        double all = wall / sampled * segments;
        say(Map.of("scenario", name + " sql", "sampled", sampled, "sampled_wall", round(wall), "all_wall", round(all)));
        if (measured.containsKey(name + " pass")) {
            say(Map.of(
                    "scenario",
                    name + " sql against pass",
                    "times_slower",
                    round(all / median(name + " pass", Side.WALL))));
        }
    }

    private enum Side {
        WALL,
        CPU
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

    private double median(String what, Side side) {
        double[] all = measured.getOrDefault(what, List.of()).stream()
                .mapToDouble(one -> side == Side.WALL ? one.wall() : one.cpu())
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
