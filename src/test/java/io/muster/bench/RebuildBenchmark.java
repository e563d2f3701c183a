package io.muster.bench;

import io.muster.bench.SampleSegments.Mix;
import io.muster.bench.SampleSegments.Sample;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures whole rebuilds as an operator starts them, on the schema that {@link SegmentBenchmark} leaves: the first of all
 * segments, one without changes, one after changes, refreshes of those. Each is a process of its own; its answer tells its
 * seconds, {@code VmHWM} of the process its resident memory. One JSON object a line.
 */
public final class RebuildBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = "muster_bench_segments";
    private static final String[] EMPTIED = {
        "segment",
        "segment_definition",
        "segment_use",
        "segment_version",
        "segment_block",
        "segment_members",
        "segment_publication",
        "segment_change",
        "segment_rebuild",
        "segment_gate"
    };

    private final String url;
    private final Path launcher;
    private final Path home;

    private RebuildBenchmark(String url, Path launcher, Path home) {
        this.url = url;
        this.launcher = launcher;
        this.home = home;
    }

    /** Arguments: {@code --database URL [--segments 200] [--mix transactions] [--changed 1000] [--folder target/bench]}. */
    public static void main(String... args) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }

        Path home = Files.createDirectories(Path.of(options.getOrDefault("--folder", "target/bench"))
                .resolve("home")
                .toAbsolutePath());
        String base = options.getOrDefault("--database", "");
        int query = base.indexOf('?');
        String url = query < 0 ? base + SCHEMA : base.substring(0, query) + SCHEMA + base.substring(query);
        new RebuildBenchmark(url, Path.of("muster").toAbsolutePath(), home)
                .run(
                        Integer.parseInt(options.getOrDefault("--segments", "200")),
                        Mix.valueOf(
                                options.getOrDefault("--mix", "transactions").toUpperCase(Locale.ROOT)),
                        Integer.parseInt(options.getOrDefault("--changed", "1000")));
    }

    private void run(int segments, Mix mix, int changed) throws Exception {
        try (Connection connection = DriverManager.getConnection(url)) {
            define(connection, segments, mix);
            rebuild("first");
            rebuild("nothing changed");
            change(connection, changed, 7);
            rebuild("after changes");
            rebuild("first incremental", "--incremental");
            change(connection, changed, 11);
            rebuild("incremental", "--incremental");
            rebuild("incremental, nothing changed", "--incremental");
        }
    }

    private static void define(Connection connection, int segments, Mix mix) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : EMPTIED) {
                statement.execute("DELETE FROM " + table);
            }

            statement.execute(
                    "INSERT IGNORE INTO directory (id, name, time_zone, settings, created_at) VALUES (1, 'Bench',"
                            + " 'UTC', '{}', 0)");
        }

        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO segment (id, directory_id, name, definition, revision, guard_over, created_at,"
                        + " modified_at) VALUES (?, 1, ?, ?, 1, 1000, 0, 0)")) {
            for (Map.Entry<Long, Sample> sample :
                    SampleSegments.of(segments, mix).entrySet()) {
                statement.setLong(1, sample.getKey());
                statement.setString(2, "Segment " + sample.getKey());
                statement.setString(3, sample.getValue().json());
                statement.executeUpdate();
            }
        }
    }

    /** As writers do it: the change and its note in one transaction. */
    private static void change(Connection connection, int changed, int step) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (int i = 1; i <= changed; i++) {
                statement.addBatch(
                        "UPDATE contact SET language = 'DE', version = version + 1 WHERE directory_id = 1 AND"
                                + " number = " + (long) i * step);
            }

            int[] ignored = statement.executeBatch();
            new ChangeStream(JdbcClient.create(new SingleConnectionDataSource(connection, true)))
                    .note(1, LongStream.rangeClosed(1, changed).map(i -> i * step), Set.of(ChangeKind.VALUES), 0);
        }

        connection.commit();
        connection.setAutoCommit(true);
    }

    private void rebuild(String what, String... more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(launcher.toString(), "segments", "rebuild", "--directory", "Bench", "--json"));
        command.addAll(Arrays.asList(more));
        Path out = Files.createTempFile(home, "answer", ".json");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("MUSTER_DATABASE_URL", url);
        builder.environment().put("MUSTER_HOME", home.toString());
        long start = System.nanoTime();
        Process process = builder.start();
        long resident = 0;
        while (process.isAlive()) {
            resident = Math.max(resident, resident(process.pid()));
            Thread.sleep(20);
        }

        JsonNode answer = JSON.readTree(Files.readString(out));
        Files.delete(out);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("rebuild", what);
        line.put("exit", process.exitValue());
        line.put("seconds", answer.path("seconds").asDouble());
        line.put("process_seconds", Math.round((System.nanoTime() - start) / 1e7) / 100.0);
        line.put("resident_mib", resident / 1024);
        line.put("contacts", answer.path("contacts").asLong());
        line.put("segments", answer.path("segments").size());
        System.out.println(JSON.writeValueAsString(line));
    }

    private static long resident(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
