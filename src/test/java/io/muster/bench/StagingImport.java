package io.muster.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * What people write in SQL alone: the file is loaded into a staging table, checked there, and moved on by set statements.
 * The statements are the scripts in {@code src/test/resources/bench/staging}; {@code docs/benchmarks.md} says what they
 * leave out.
 */
enum StagingImport {
    /** {@code INSERT … SELECT … ON DUPLICATE KEY UPDATE} into a table with a unique key per identity rule. */
    SIMPLE("simple"),
    /** The rules one after the other, numbers given by the import, and only what differs written. */
    CAREFUL("careful");

    private static final String COUNTS = """
            SELECT (SELECT COUNT(*) FROM contact), (SELECT COUNT(*) FROM list_member),
              (SELECT COUNT(*) FROM staging WHERE reject IS NOT NULL)
            """;

    private static final String CONTACT = """
            SELECT c.first_name, c.last_name, c.email, c.phone, c.ext_ref, c.language,
              IF(m.unsubscribed = 1, 'true', 'false'), c.plan, c.city, c.points, c.last_purchase, c.note
            FROM contact c JOIN list_member m ON m.list_id = 1 AND m.contact_id = c.id
            WHERE c.ext_ref = ?
            """;

    private final String variant;

    StagingImport(String variant) {
        this.variant = variant;
    }

    /** The word for it in results. */
    String variant() {
        return variant;
    }

    /** Makes its tables in an empty schema. */
    void createTables(Connection connection) throws IOException {
        execute(connection, script("file-table"));
        execute(connection, script(variant + "-tables"));
    }

    /** Imports a file into its tables; the connection must allow LOAD DATA LOCAL. */
    void run(Connection connection, Path file) throws IOException {
        String path = file.toString().replace("\\", "\\\\").replace("'", "''");
        execute(connection, script("file").replace("${file}", path));
        execute(connection, script(variant));
    }

    /**
     * Fails unless so many contacts are there, all on the list, with the values of these samples.
     *
     * @param samples the cells of rows in the order of the file's columns, the reference as the fifth
     */
    void check(Connection connection, long contacts, List<List<String>> samples) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet counts = statement.executeQuery(COUNTS)) {
            counts.next();
            String found = counts.getLong(1) + " contacts, " + counts.getLong(2) + " members, " + counts.getLong(3)
                    + " rejected rows";
            require(contacts + " contacts, " + contacts + " members, 0 rejected rows", found);
        }

        try (PreparedStatement statement = connection.prepareStatement(CONTACT)) {
            for (List<String> sample : samples) {
                statement.setString(1, sample.get(4));
                require(sample.toString(), stored(statement, sample.size()).toString());
            }
        }
    }

    private static List<String> stored(PreparedStatement statement, int columns) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                for (int column = 1; column <= columns; column++) {
                    values.add(blankForNull(row.getString(column)));
                }
            }
        }

        return values;
    }

    private static String blankForNull(@Nullable String value) {
        return value == null ? "" : value;
    }

    private void require(String expected, String found) {
        if (!expected.equals(found)) {
            throw new IllegalStateException(
                    "The " + variant + " staging import left " + found + "; expected " + expected);
        }
    }

    private static void execute(Connection connection, String script) {
        ScriptUtils.executeSqlScript(connection, new ByteArrayResource(script.getBytes(StandardCharsets.UTF_8)));
    }

    private static String script(String name) throws IOException {
        return new ClassPathResource("bench/staging/" + name + ".sql").getContentAsString(StandardCharsets.UTF_8);
    }
}
