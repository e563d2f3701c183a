package io.muster.bench;

import com.sun.net.httpserver.HttpServer;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.http.HttpExtractor;
import io.muster.extract.jdbc.JdbcDrivers;
import io.muster.extract.jdbc.JdbcExtractor;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.MemberPath;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.extract.source.Retries;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * The extractors of databases and of HTTP beside a bare read of the same rows, in turns. Arguments: a JDBC URL, rows, rounds.
 */
final class ExtractBenchmark {

    private static final int PAGE = 1_000;

    private final String url;
    private final int rows;
    private final int rounds;

    private ExtractBenchmark(String url, int rows, int rounds) {
        this.url = url;
        this.rows = rows;
        this.rounds = rounds;
    }

    /** One side of a comparison: reads all rows and says how many there were. */
    private interface Side {

        long read() throws Exception;
    }

    /** Counts what it takes. */
    private static final class Counter implements RecordSink {

        private long records;

        @Override
        public void columns(List<String> names) {
            // the same for all
        }

        @Override
        public void record(List<String> values) {
            records++;
        }

        @Override
        public void refused(String raw, String reason) {
            throw new IllegalStateException(reason);
        }
    }

    public static void main(String[] arguments) throws Exception {
        new ExtractBenchmark(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])).run();
    }

    private void run() throws Exception {
        makeTable();
        compare("jdbc", this::extractTable, this::readTable);

        HttpServer server = serve();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            compare(
                    "http json-lines",
                    () -> extractPages(address + "/lines", new HttpRecords.JsonLines()),
                    () -> readPages(address + "/lines"));
            compare(
                    "http json",
                    () -> extractPages(address + "/array", new HttpRecords.JsonArray(MemberPath.of("$.data"))),
                    () -> readPages(address + "/array"));
        } finally {
            server.stop(0);
        }
    }

    private void compare(String name, Side ours, Side bare) throws Exception {
        double[] our = new double[rounds];
        double[] raw = new double[rounds];
        // The first round only warms up.
        for (int round = -1; round < rounds; round++) {
            double first = seconds(bare);
            double second = seconds(ours);
            if (round >= 0) {
                raw[round] = first;
                our[round] = second;
            }
        }
        Arrays.sort(our);
        Arrays.sort(raw);
        String line = String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"rows\":%d,\"rounds\":%d,\"seconds\":%.3f,\"bareSeconds\":%.3f,\"ratio\":%.2f,\"rowsPerSecond\":%.0f}",
                name,
                rows,
                rounds,
                our[rounds / 2],
                raw[rounds / 2],
                our[rounds / 2] / raw[rounds / 2],
                rows / our[rounds / 2]);
        System.out.println(line);
    }

    private double seconds(Side side) throws Exception {
        long start = System.nanoTime();
        long read = side.read();
        if (read != rows) {
            throw new IllegalStateException("%d of %d rows were read".formatted(read, rows));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void makeTable() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS bench_people");
            statement.execute(
                    "CREATE TABLE bench_people (id BIGINT PRIMARY KEY, reference VARCHAR(40), first_name VARCHAR(80),"
                            + " last_name VARCHAR(80), email VARCHAR(120), phone VARCHAR(40), born DATE, spent DECIMAL(12, 2),"
                            + " changed DATETIME(3))");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench_people VALUES"
                    + " (?, ?, ?, ?, ?, ?, '1980-05-17', ?, '2026-03-01 02:00:00.125')")) {
                for (int i = 0; i < rows; i++) {
                    insert.setLong(1, i);
                    insert.setString(2, "C-" + i);
                    insert.setString(3, "Zoë" + i % 977);
                    insert.setString(4, "Müller" + i % 9_973);
                    insert.setString(5, "person" + i + "@example.org");
                    insert.setString(6, "+49301" + i);
                    insert.setString(7, i % 1_000 + "." + 10 + i % 90);
                    insert.addBatch();
                    if (i % 5_000 == 4_999) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    private long extractTable() {
        JdbcRecords spec = new JdbcRecords(
                url, null, null, "SELECT * FROM bench_people", null, null, Duration.ofMinutes(10), Retries.standard());
        try (JdbcExtractor extractor = new JdbcExtractor(spec, Map.of(), JdbcDrivers.own(), tries(spec.location()))) {
            return count(extractor);
        }
    }

    private long readTable() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE);
            long count = 0;
            try (ResultSet row = statement.executeQuery("SELECT * FROM bench_people")) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    List<String> cells = new ArrayList<>(columns);
                    for (int i = 1; i <= columns; i++) {
                        cells.add(row.getString(i));
                    }
                    count += cells.isEmpty() ? 0 : 1;
                }
            }
            return count;
        }
    }

    private HttpServer serve() throws IOException {
        int pages = (rows + PAGE - 1) / PAGE;
        List<byte[]> lines = new ArrayList<>();
        List<byte[]> arrays = new ArrayList<>();
        for (int page = 0; page < pages; page++) {
            lines.add(page(page, "", "\n", "\n"));
            arrays.add(page(page, "{\"data\":[", ",", "]}"));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        serve(server, "/lines", lines);
        serve(server, "/array", arrays);
        server.start();
        return server;
    }

    private static void serve(HttpServer server, String path, List<byte[]> pages) {
        server.createContext(path, exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            int page = Integer.parseInt(query.replaceFirst("page=", ""));
            byte[] body = page < pages.size()
                    ? pages.get(page)
                    : (path.equals("/array") ? "{\"data\":[]}" : "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
    }

    private byte[] page(int page, String begin, String between, String end) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringBuilder text = new StringBuilder(begin);
        for (int i = page * PAGE; i < Math.min(rows, (page + 1) * PAGE); i++) {
            text.append(i == page * PAGE ? "" : between)
                    .append("{\"id\":")
                    .append(i)
                    .append(",\"reference\":\"C-")
                    .append(i)
                    .append("\",\"name\":{\"first\":\"Zoë")
                    .append(i % 977)
                    .append("\",\"last\":\"Müller")
                    .append(i % 9_973)
                    .append("\"},\"email\":\"person")
                    .append(i)
                    .append("@example.org\",\"phone\":\"+49301")
                    .append(i)
                    .append("\",\"spent\":")
                    .append(i % 1_000)
                    .append(".5,\"vip\":true,\"tags\":[\"a\",\"b\"]}");
        }
        bytes.writeBytes(text.append(end).toString().getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private long extractPages(String address, HttpRecords.Format format) throws IOException {
        Path folder = Files.createTempDirectory("extract");
        HttpRecords spec = new HttpRecords(
                address,
                Map.of(),
                null,
                format,
                FileFormat.detected(),
                new HttpRecords.ByPage("page", 0, null),
                null,
                null,
                HttpRecords.Limits.usual(),
                Duration.ofSeconds(30),
                Retries.standard());
        try (HttpExtractor extractor = new HttpExtractor(spec, Map.of(), tries(address), Clock.systemUTC(), folder)) {
            return count(extractor);
        }
    }

    /** Asks for the same pages and splits them into lines, or looks at every character. */
    private long readPages(String address) throws IOException, InterruptedException {
        long count = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int page = 0; count < rows; page++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(address + "?page=" + page))
                        .build();
                InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body();
                try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                        count += address.endsWith("/lines") ? 1 : Math.min(PAGE, rows - (long) page * PAGE);
                    }
                }
            }
        }
        return count;
    }

    private static Tries tries(String location) {
        StopSignal never = new StopSignal();
        return new Tries(location, Retries.standard(), never, RandomGenerator.getDefault(), never);
    }

    private static long count(RecordExtractor extractor) {
        Counter counter = new Counter();
        var unused = extractor.extract(counter);
        return counter.records;
    }
}
