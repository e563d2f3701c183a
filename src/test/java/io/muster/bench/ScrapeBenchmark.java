package io.muster.bench;

import io.muster.automation.figures.FigureReader;
import io.muster.support.Ids;
import io.muster.web.TestWebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures what a scrape of a server costs: the reading of the figures of a large installation, and whole answers of
 * {@code /metrics}. One JSON object goes to standard output.
 */
public final class ScrapeBenchmark {

    private static final String SCHEMA = "muster_bench_scrape";
    private static final int AUTOMATIONS = 200;
    private static final int RUNS = 400;
    private static final int DIRECTORIES = 50;
    private static final int SEGMENTS = 2_000;
    private static final int ROUNDS = 100;
    private static final double MILLIS = 1e6;

    private ScrapeBenchmark() {}

    /** Arguments: see {@code src/bench/scrape --help}. */
    public static void main(String[] args) throws Exception {
        String url = args[1];
        String database = url.replaceFirst("/(\\?|$)", "/" + SCHEMA + "$1");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + SCHEMA);
            statement.execute("CREATE DATABASE " + SCHEMA + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        }

        Path home = Files.createTempDirectory("scrape");
        try (TestWebServer server = TestWebServer.start(database, home)) {
            fill(database);
            measure(server);
        }
    }

    private static void fill(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE digit (n INT PRIMARY KEY)");
            statement.execute("INSERT INTO digit VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
            statement.execute("CREATE TABLE number (n INT PRIMARY KEY)");
            statement.execute("""
                INSERT INTO number
                SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n
                FROM digit a, digit b, digit c, digit d, digit e
                """);
            for (String sql : new String[] {
                "INSERT INTO directory (name, time_zone, settings, created_at) SELECT CONCAT('d', n), 'UTC', '{}', 0 FROM number WHERE n < "
                        + DIRECTORIES,
                "INSERT INTO automation (name, created_at) SELECT CONCAT('a', n), 0 FROM number WHERE n < "
                        + AUTOMATIONS,
                "INSERT INTO scheduled_task (task_name, task_instance, execution_time, picked, version) SELECT 'automation', CONCAT('a', n), 1, 1, 1 FROM number WHERE n < "
                        + AUTOMATIONS,
                """
                INSERT INTO run (kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at, ended_at)
                SELECT 'contact-import', 1 + n %% %d, 1 + n %% %d, REPEAT('x', 1000), 'COMPLETED', 'settle', 'o', 1, 1, 1, 1 + n
                FROM number WHERE n < %d
                """.formatted(AUTOMATIONS, DIRECTORIES, AUTOMATIONS * RUNS),
                """
                INSERT INTO segment (directory_id, name, definition, revision, guard_over, published_version, created_at,
                  modified_at)
                SELECT 1 + n %% %d, CONCAT('s', n), REPEAT('x', 500), 1, 20, 1, 0, 0 FROM number WHERE n < %d
                """.formatted(DIRECTORIES, SEGMENTS),
                "INSERT INTO segment_version (directory_id, segment_id, version, revision, state, as_of, members)"
                        + " SELECT directory_id, id, 1, 1, 'PUBLISHED', 1, 10 FROM segment",
                """
                INSERT INTO contact_change (directory_id, kinds, changes, changed_at)
                SELECT 1 + n %% %d, 1, REPEAT('x', 200), 1 FROM number
                """.formatted(DIRECTORIES),
                "INSERT INTO notification (once_key, automation, channel, destination, message, state, attempts, due_at, created_at)"
                        + " SELECT UNHEX(LEFT(SHA2(n, 256), 32)), 'a', 'EMAIL', 'd', '{}', 'SENT', 1, 0, 0 FROM number WHERE n < 50000"
            }) {
                statement.execute(sql);
            }
        }
    }

    private static void measure(TestWebServer server) throws Exception {
        FigureReader reader = new FigureReader(server.get(JdbcClient.class), Clock.systemUTC(), server.get(Ids.class));
        double[] readings = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begun = System.nanoTime();
            var ignored = reader.read();
            readings[i] = (System.nanoTime() - begun) / MILLIS;
        }

        double[] scrapes = new double[ROUNDS];
        int bytes = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.metricsAddress() + "/metrics"))
                    .build();
            for (int i = 0; i < ROUNDS; i++) {
                long begun = System.nanoTime();
                bytes = client.send(request, BodyHandlers.ofString()).body().length();
                scrapes[i] = (System.nanoTime() - begun) / MILLIS;
            }
        }

        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("automations", AUTOMATIONS);
        answer.put("runs", AUTOMATIONS * RUNS);
        answer.put("segments", SEGMENTS);
        answer.put("readingMillis", quantiles(readings));
        answer.put("scrapeMillis", quantiles(scrapes));
        answer.put("scrapeBytes", bytes);
        System.out.println(JsonMapper.shared().writeValueAsString(answer));
    }

    private static Map<String, Double> quantiles(double[] values) {
        Arrays.sort(values);
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("p50", values[values.length / 2]);
        quantiles.put("p95", values[values.length * 95 / 100]);
        quantiles.put("most", values[values.length - 1]);
        return quantiles;
    }
}
