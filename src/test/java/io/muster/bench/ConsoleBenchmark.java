package io.muster.bench;

import io.muster.app.FrequencyRuleService;
import io.muster.app.NewFrequencyRule;
import io.muster.app.SegmentService;
import io.muster.app.UserService;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.support.Ids;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Measures pages of the console over a large directory and a long history of runs; JSON lines go to standard output. */
public final class ConsoleBenchmark {

    private static final String SCHEMA = "muster_bench_console";
    private static final String PASSWORD = "a horse in the rain";
    private static final Actor PERSON = Actor.commandLine("bench");
    private static final double MILLIS = 1e6;
    private static final int SAMPLES = 2;
    private static final int WARM = 5;
    private static final String SPEC = """
            {"directory":"Customers","list":{"kind":"none"},"mode":"UPSERT","mapping":{"columns":{},"unmapped":"EMBED",
            "constants":[],"values":{},"dateFormat":null,"required":[],"missing":"REJECT","formats":{},"usual":{}},
            "policies":{},"nullTokens":null,"region":null,"invalid":{},"optOut":"NEVER_LIFT","limits":{},
            "format":{"charset":null,"delimiter":null,"maxBytes":21474836480,"maxRatio":300.0,"maxRecordChars":16777216},
            "events":{"source":null,"repeated":"KEEP"},"dryRun":false,"trialOf":null,"sourceName":null,"transforms":[],
            "extraction":null}
            """;
    private static final Pattern LINK = Pattern.compile("<a [^>]*?href=\"(/[^\"#]*)");
    private static final Pattern ID = Pattern.compile("\\b([A-Z]{2,4})_[A-Za-z0-9]+");
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern ELEMENT = Pattern.compile("<[a-z]");

    private final Map<String, String> options;
    private final JsonMapper json = JsonMapper.shared();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    private ConsoleBenchmark(Map<String, String> options) {
        this.options = options;
    }

    /** Arguments: see {@code src/bench/console --help}. */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }

        new ConsoleBenchmark(options).run();
    }

    private long number(String name, long usual) {
        return Long.parseLong(options.getOrDefault(name, Long.toString(usual)));
    }

    private void run() throws Exception {
        String url = Objects.requireNonNull(options.get("--database"), "--database is missing");
        String database = url.replaceFirst("/(\\?|$)", "/" + SCHEMA + "$1");
        Path folder = Files.createDirectories(Path.of(options.getOrDefault("--folder", "target/bench")));
        boolean filled = options.containsKey("--filled");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            if (!filled) {
                statement.execute("DROP DATABASE IF EXISTS " + SCHEMA);
                statement.execute("CREATE DATABASE " + SCHEMA + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            }
        }

        Path home = Files.createTempDirectory("console");
        jobs(Files.createDirectories(home.resolve("jobs")));
        try (TestWebServer server = TestWebServer.start(database, home);
                Connection connection = DriverManager.getConnection(database)) {
            if (!filled) {
                fill(connection, folder);
                made(server);
            }

            signIn(server);
            measure(server, connection);
        }
    }

    private static void jobs(Path folder) throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.writeString(folder.resolve("a" + i + ".yaml"), """
                kind: contact-import
                id: a%d
                name: Automation %d
                source: {type: folder, folder: /nowhere}
                target: {directory: Customers}
                schedules: [{cron: "30 2 * * *"}]
                zone: Europe/Berlin
                """.formatted(i, i));
        }
    }

    private void fill(Connection connection, Path folder) throws SQLException, IOException {
        long contacts = number("--contacts", 10_000_000);
        try (Statement statement = connection.createStatement()) {
            for (String sql : new String[] {
                "INSERT INTO directory (id, name, time_zone, settings, created_at, next_number)"
                        + " VALUES (1, 'Customers', 'Europe/Berlin', '{}', 0, " + (contacts + 1) + ")",
                "INSERT INTO identity_rule (directory_id, rule_id, position, fields, state, created_at)"
                        + " VALUES (1, 1, 1, '[\"extRef\"]', 'ACTIVE', 0), (1, 2, 2, '[\"email\",\"lastName\"]', 'ACTIVE', 0)",
                "INSERT INTO mailing_list (id, directory_id, name, created_at)"
                        + " VALUES (1, 1, 'l1', 0), (2, 1, 'l2', 0), (3, 1, 'l3', 0), (4, 1, 'l4', 0), (5, 1, 'l5', 0)",
            }) {
                statement.execute(sql);
            }

            SampleDirectory.fill(connection, folder, contacts);
            statement.execute("CREATE TABLE digit (n INT PRIMARY KEY)");
            statement.execute("INSERT INTO digit VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
            statement.execute("CREATE TABLE number (n INT PRIMARY KEY)");
            statement.execute("""
                INSERT INTO number
                SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n
                FROM digit a, digit b, digit c, digit d, digit e
                """);
            statement.execute(
                    "INSERT INTO automation (name, created_at) SELECT CONCAT('a', n), 0 FROM number WHERE n < 20"
                            + " AND NOT EXISTS (SELECT 1 FROM automation WHERE name = CONCAT('a', n))");
            statement.execute("SET @spec = '" + SPEC.replace("\n", "") + "'");
            long runs = number("--runs", 100_000);
            for (String sql : new String[] {"""
                INSERT INTO delivery (id, automation_id, path, listing_key, generation, size, modified_at, state, disposal, run_id,
                  created_at)
                SELECT 1 + n, (SELECT MIN(id) FROM automation) + n %% 20, CONCAT('contacts-', n, '.csv'),
                  UNHEX(MD5(n)), 1, 1000, 1, 'IMPORTED', 'LEFT', 1 + n, 1
                FROM number WHERE n < %d
                """, """
                INSERT INTO run (id, kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at, ended_at)
                SELECT 1 + n, 'contact-import', (SELECT MIN(id) FROM automation) + n %% 20, 1, @spec, 'COMPLETED', 'settle', 'o', 1,
                  1, 1700000000000 + n * 60000, 1700000001000 + n * 60000
                FROM number WHERE n < %d
                """, """
                INSERT INTO run_heartbeat (run_id, epoch, beat_at)
                SELECT 1 + n, 1, 1700000001000 + n * 60000 FROM number WHERE n < %d
                """, """
                INSERT INTO run_import (run_id, delivery_id, rows_read, rows_created, rows_updated, rows_unchanged, rows_rejected,
                  rows_skipped)
                SELECT 1 + n, 1 + n, 100, 10, 20, 60, 5, 5 FROM number WHERE n < %d
                """, """
                INSERT INTO audit (acted_at, actor_kind, actor, action, directory_id, detail)
                SELECT 1700000000000 + n, 'USER', 'lena', 'contact.update', 1, '{}' FROM number WHERE n < %d
                """}) {
                statement.execute(sql.formatted(runs));
            }
        }
    }

    private static void made(TestWebServer server) {
        String directory = server.get(Ids.class).directory(1);
        SegmentService segments = server.get(SegmentService.class);
        for (int i = 0; i < 60; i++) {
            var ignored =
                    segments.create(PERSON, directory, "Segment " + i, "{field: language, is: de}", SizeGuard.usual());
        }

        var ignored = server.get(FrequencyRuleService.class)
                .add(PERSON, directory, new NewFrequencyRule("3", "7d", "2d", null, false, null, null));
    }

    private void signIn(TestWebServer server) throws IOException, InterruptedException {
        String name = "lena-" + System.currentTimeMillis();
        server.get(UserService.class).create(PERSON, name, List.of("administer"), List.of(), PASSWORD);
        Matcher token = TOKEN.matcher(get(server, "/sign-in").body());
        token.find();
        client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/sign-in"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("name=" + name + "&next=%2Foverview&password="
                                + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8) + "&_csrf=" + token.group(1)))
                        .build(),
                BodyHandlers.discarding());
    }

    private HttpResponse<String> get(TestWebServer server, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.address() + path)).build(), BodyHandlers.ofString());
    }

    private void measure(TestWebServer server, Connection connection) throws Exception {
        Map<String, String> pages = crawl(server);
        List<Double> all = new ArrayList<>();
        int rounds = (int) number("--rounds", 40);
        for (Map.Entry<String, String> page : pages.entrySet()) {
            double[] millis = new double[rounds];
            long statements = Long.MAX_VALUE;
            int worst = 0;
            for (int i = -WARM; i < rounds; i++) {
                long before = questions(connection);
                long begun = System.nanoTime();
                int status = get(server, page.getKey()).statusCode();
                double took = (System.nanoTime() - begun) / MILLIS;
                statements = Math.min(statements, questions(connection) - before - 1);
                if (i >= 0) {
                    millis[i] = took;
                    all.add(took);
                    worst = Math.max(worst, status);
                }
            }

            Map<String, Object> line = new LinkedHashMap<>();
            line.put("page", page.getKey());
            line.put("status", worst);
            line.put("millis", quantiles(millis));
            line.put("characters", page.getValue().length());
            line.put("elements", ELEMENT.matcher(page.getValue()).results().count());
            line.put("statements", statements);
            say(line);
        }

        say(Map.of(
                "pages",
                pages.size(),
                "millis",
                quantiles(all.stream().mapToDouble(Double::doubleValue).toArray())));
        unserved(connection);
    }

    private Map<String, String> crawl(TestWebServer server) throws IOException, InterruptedException {
        Map<String, String> pages = new LinkedHashMap<>();
        Map<String, Integer> shapes = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of("/overview"));
        while (!open.isEmpty()) {
            String address = open.poll();
            String shape = ID.matcher(address).replaceAll("$1");
            if (pages.containsKey(address)
                    || address.contains(".csv")
                    || address.contains(".json")
                    || shapes.merge(shape, 1, Integer::sum) > SAMPLES) {
                continue;
            }

            HttpResponse<String> page = get(server, address);
            if (page.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
                pages.put(address, page.body());
                Matcher link = LINK.matcher(page.body());
                while (link.find()) {
                    open.add(link.group(1).replace("&amp;", "&"));
                }
            }
        }

        return pages;
    }

    /** Statements that the server has answered so far, this one among them. */
    private static long questions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
            row.next();
            return row.getLong(2);
        }
    }

    /** Statements that read whole tables, where the server keeps account of them. */
    private void unserved(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                    SELECT DIGEST_TEXT, COUNT_STAR, SUM_ROWS_EXAMINED
                    FROM performance_schema.events_statements_summary_by_digest
                    WHERE SCHEMA_NAME = '%s' AND SUM_NO_INDEX_USED > 0 AND SUM_ROWS_EXAMINED / COUNT_STAR > 1000
                      AND DIGEST_TEXT LIKE 'SELECT%%'
                    ORDER BY SUM_ROWS_EXAMINED DESC LIMIT 30
                    """.formatted(SCHEMA))) {
            while (row.next()) {
                say(Map.of("statement", row.getString(1), "times", row.getLong(2), "rowsExamined", row.getLong(3)));
            }
        }
    }

    private void say(Map<String, ?> line) {
        System.out.println(json.writeValueAsString(line));
    }

    private static Map<String, Double> quantiles(double[] values) {
        Arrays.sort(values);
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("p50", values[values.length / 2]);
        quantiles.put("p95", values[values.length * 95 / 100]);
        quantiles.put("p99", values[values.length * 99 / 100]);
        return quantiles;
    }
}
