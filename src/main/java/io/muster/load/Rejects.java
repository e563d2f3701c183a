package io.muster.load;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The store of rejected rows. */
public final class Rejects {

    private static final int ROWS_PER_STATEMENT = 200;

    /**
     * Characters of JSON in one statement, and so of one row: with every one of them escaped, a quarter of what servers
     * take in one packet as they come (max_allowed_packet, 16 MiB).
     */
    private static final int MOST_CHARACTERS = 2 << 20;

    /** JSON needs up to six characters for one. */
    private static final int MOST_ESCAPED = 6;

    private static final int MOST_CELLS = 5_000;
    private static final String CUT = " [cut off: %,d %s in all]";
    private static final TypeReference<List<String>> CELLS = new TypeReference<>() {};

    private static final String INSERT =
            "INSERT INTO run_reject (run_id, row_no, round, line_no, code, field, reason, cells) VALUES ";

    private static final String FORGET = "DELETE FROM run_reject WHERE run_id = ? AND round = ? AND row_no > ?";

    private static final String PAGE = """
            SELECT row_no, line_no, code, field, reason, cells FROM run_reject
            WHERE run_id = ? AND row_no > ? ORDER BY row_no LIMIT 1000
            """;

    private static final String SOME = PAGE.replace("LIMIT 1000", "LIMIT ?");

    private static final String SOME_OF = """
            SELECT row_no, line_no, code, field, reason, cells FROM run_reject
            WHERE run_id = :run AND row_no > :after
            """;

    private static final String COUNT = "SELECT COUNT(*) FROM run_reject WHERE run_id = ?";

    /** Writes every text, lone surrogates too, in plain ASCII, so that nothing is replaced on the way. */
    public static final JsonMapper JSON = JsonMapper.builder()
            .configure(tools.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII, true)
            .build();

    private final JdbcClient jdbc;

    /**
     * A rejected row.
     *
     * @param row its record number; the first data row is 1
     * @param line the physical line it starts in
     * @param code what was wrong, for programs
     * @param field the column or field at fault; null when the whole row is
     * @param reason what was wrong, for people
     * @param cells all its cells as they stand in the file; malformed bytes as lone surrogates. Of a row too large for one
     *     statement what is too long is cut off, with a mark that says so
     */
    public record Reject(
            long row, long line, String code, @Nullable String field, String reason, List<String> cells) {}

    /** The rejects in a database. */
    public Rejects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Some rejects of a run in file order.
     *
     * @param after only those of later rows
     */
    public List<Reject> page(long run, long after, int most) {
        return jdbc.sql(SOME).params(run, after, most).query(this::reject).list();
    }

    /**
     * Some rejects of a run in file order, of one reason or of one field.
     *
     * @param code null for any reason
     * @param field null for any field
     */
    public List<Reject> page(long run, long after, @Nullable String code, @Nullable String field, int most) {
        return jdbc.sql(SOME_OF + (code == null ? "" : " AND code = :code")
                        + (field == null ? "" : " AND field = :field") + " ORDER BY row_no LIMIT :most")
                .param("run", run)
                .param("after", after)
                .param("code", code)
                .param("field", field)
                .param("most", most)
                .query(this::reject)
                .list();
    }

    /** Stores rejects of one round of a run. */
    public void store(long run, int round, List<Reject> rejects) {
        List<@Nullable Object> values = new ArrayList<>();
        int rows = 0;
        int characters = 0;
        for (Reject reject : rejects) {
            String cells = json(reject.cells());
            if (rows == ROWS_PER_STATEMENT || (rows > 0 && characters + cells.length() > MOST_CHARACTERS)) {
                insert(values, rows);
                values.clear();
                rows = 0;
                characters = 0;
            }

            values.add(run);
            values.add(reject.row());
            values.add(round);
            values.add(reject.line());
            values.add(reject.code());
            values.add(reject.field());
            values.add(reject.reason());
            values.add(cells);
            rows++;
            characters += cells.length();
        }

        if (rows > 0) {
            insert(values, rows);
        }
    }

    private void insert(List<@Nullable Object> values, int rows) {
        String row = "(?, ?, ?, ?, ?, ?, ?, ?)";
        jdbc.sql(INSERT + row + (", " + row).repeat(rows - 1)).params(values).update();
    }

    /** The whole row where it fits; else as much of it as is sure to fit. */
    private static String json(List<String> cells) {
        long characters = cells.stream().mapToLong(cell -> cell.length() + 3L).sum();
        if (characters <= MOST_CHARACTERS) {
            String whole = JSON.writeValueAsString(cells);
            if (whole.length() <= MOST_CHARACTERS) {
                return whole;
            }
        }

        List<String> kept = new ArrayList<>(cells.subList(0, Math.min(cells.size(), MOST_CELLS)));
        // The other half is for the marks.
        int most = MOST_CHARACTERS / 2 / MOST_ESCAPED / kept.size();
        kept.replaceAll(cell ->
                cell.length() <= most ? cell : beginning(cell, most) + CUT.formatted(cell.length(), "characters"));
        if (kept.size() < cells.size()) {
            kept.add(CUT.formatted(cells.size(), "cells"));
        }

        return JSON.writeValueAsString(kept);
    }

    private static String beginning(String cell, int characters) {
        return cell.substring(0, Character.isHighSurrogate(cell.charAt(characters - 1)) ? characters - 1 : characters);
    }

    /** Forgets the rejects of a round that is surveyed again behind a row. */
    public void forget(long run, int round, long after) {
        jdbc.sql(FORGET).params(run, round, after).update();
    }

    /** How many rows of a run were rejected. */
    public long count(long run) {
        return jdbc.sql(COUNT).param(run).query(Long.class).single();
    }

    /** All rejects of a run in file order, however many there are. */
    public void forEach(long run, Consumer<Reject> sink) {
        long last = 0;
        while (true) {
            List<Reject> page =
                    jdbc.sql(PAGE).params(run, last).query(this::reject).list();
            if (page.isEmpty()) {
                return;
            }

            page.forEach(sink);
            last = page.getLast().row();
        }
    }

    private Reject reject(ResultSet result, int row) throws SQLException {
        return new Reject(
                result.getLong(1),
                result.getLong(2),
                result.getString(3),
                result.getString(4),
                result.getString(5),
                JSON.readValue(result.getString(6), CELLS));
    }
}
