package io.muster.bench;

import com.mysql.cj.jdbc.JdbcStatement;
import io.muster.support.Ids;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The database server under test: schemas of the benchmark, dumps of what an import left, and the raw load of them. */
final class BenchServer {

    /** Public ids of what a benchmark makes; without JUnit, which is not on its class path. */
    static final Ids IDS = new Ids(0x5EED);

    /** Processor seconds of half a second in which a server counts as quiet. */
    private static final double IDLE = 0.025;
    /** Quiet half seconds on end. */
    private static final int QUIET = 2;
    /** Half seconds. */
    private static final int PATIENCE = 600;

    private static final String RAW = "muster_bench_raw";
    private static final String ROWS =
            " CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'" + " LINES TERMINATED BY '\\n'";

    /** The tables that an import of contacts into a list fills, each with its rows in primary key order. */
    private static final List<String> TABLES = List.of("contact", "claim", "list_member");

    private static final List<String> IN_ORDER = List.of(
            "SELECT * FROM contact ORDER BY directory_id, number",
            "SELECT * FROM claim ORDER BY directory_id, rule_id, key_hash",
            "SELECT * FROM list_member ORDER BY directory_id, list_id, number");

    private final String base;
    private final String parameters;
    private final long process;

    /**
     * @param url a JDBC URL without a schema
     * @param process the server's process on this machine; 0 when it is elsewhere
     */
    BenchServer(String url, long process) {
        int question = url.indexOf('?');
        String address = question < 0 ? url : url.substring(0, question);
        this.base = address.endsWith("/") ? address : address + "/";
        this.parameters = question < 0 ? "" : url.substring(question + 1);
        this.process = process;
    }

    long process() {
        return process;
    }

    /** The URL of a schema. */
    String url(String schema) {
        return base + schema + (parameters.isEmpty() ? "" : "?" + parameters);
    }

    /** Makes a schema anew. */
    void recreate(String schema) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + schema);
            statement.execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        }
    }

    void drop(String schema) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + schema);
        }
    }

    /** The number of rows of a table. */
    long count(String schema, String table) throws SQLException {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    /**
     * Waits until the server has done what it put off, such as MariaDB's purge, so that the next measurement does not pay
     * for it. Five minutes at most.
     *
     * @return the seconds of processor time that it took; 0 when the server's process is not known
     */
    double settle() throws IOException, InterruptedException {
        double before = Measured.cpuOf(process);
        double last = before;
        int quiet = 0;
        for (int i = 0; process != 0 && quiet < QUIET && i < PATIENCE; i++) {
            Thread.sleep(500);
            double now = Measured.cpuOf(process);
            quiet = now - last < IDLE ? quiet + 1 : 0;
            last = now;
        }

        if (process != 0 && quiet < QUIET) {
            Measurements.say(Map.of("warning", "The server does not become quiet: somebody else uses it"));
        }

        return last - before;
    }

    /** What it is and what makes it comparable. */
    String version() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT CONCAT(VERSION(), ', pool ', @@innodb_buffer_pool_size DIV 1048576, ' MiB, flush at commit ',"
                                + " @@innodb_flush_log_at_trx_commit, ', binary log ', @@log_bin)")) {
            result.next();
            return result.getString(1);
        }
    }

    /** Writes the rows of a directory's tables into files, one beside the other. */
    void dump(String schema, Path folder) throws SQLException, IOException {
        try (Connection connection = connect(schema);
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            for (int i = 0; i < TABLES.size(); i++) {
                try (ResultSet rows = statement.executeQuery(IN_ORDER.get(i));
                        OutputStream out = new BufferedOutputStream(
                                Files.newOutputStream(folder.resolve(TABLES.get(i))), 1 << 20)) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        for (int column = 1; column <= columns; column++) {
                            cell(rows.getBytes(column), out);
                            out.write(column == columns ? '\n' : '\t');
                        }
                    }
                }
            }
        }
    }

    private static void cell(byte[] value, OutputStream out) throws IOException {
        byte[] bytes = value == null ? new byte[] {'N'} : value;
        if (value == null) {
            out.write('\\');
        }

        for (byte b : bytes) {
            if (b == '\\' || b == '\t' || b == '\n') {
                out.write('\\');
                out.write(b);
            } else if (b == 0) {
                out.write('\\');
                out.write('0');
            } else {
                out.write(b);
            }
        }
    }

    /** Loads a dump into empty tables made like the ones of a schema: one stream, table after table. */
    Measured loadRaw(String like, Path folder) throws Exception {
        recreate(RAW);
        try (Connection connection = connect(RAW);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("CREATE TABLE " + table + " LIKE " + like + "." + table);
            }

            Measured measured = Measured.here(process, () -> {
                for (String table : TABLES) {
                    try (InputStream in = Files.newInputStream(folder.resolve(table))) {
                        statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(in);
                        statement.execute("LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + table + ROWS);
                    }
                }
            });
            drop(RAW);
            return measured;
        }
    }

    /** A connection to a schema that allows LOAD DATA LOCAL. */
    Connection connect(String schema) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("allowLoadLocalInfile", "true");
        return DriverManager.getConnection(url(schema), properties);
    }
}
