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
    private static final TypeReference<List<String>> CELLS = new TypeReference<>() {};

    private static final String INSERT =
            "INSERT INTO run_reject (run_id, row_no, round, line_no, code, field, reason, cells) VALUES ";

    private static final String FORGET = "DELETE FROM run_reject WHERE run_id = ? AND round = ?";

    private static final String PAGE = """
            SELECT row_no, line_no, code, field, reason, cells FROM run_reject
            WHERE run_id = ? AND row_no > ? ORDER BY row_no LIMIT 1000
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
     * @param cells all its cells as they stand in the file; malformed bytes as lone surrogates
     */
    public record Reject(
            long row, long line, String code, @Nullable String field, String reason, List<String> cells) {}

    /** The rejects in a database. */
    public Rejects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores rejects of one round of a run. */
    public void store(long run, int round, List<Reject> rejects) {
        for (int from = 0; from < rejects.size(); from += ROWS_PER_STATEMENT) {
            List<Reject> part = rejects.subList(from, Math.min(from + ROWS_PER_STATEMENT, rejects.size()));
            List<@Nullable Object> values = new ArrayList<>();
            for (Reject reject : part) {
                values.add(run);
                values.add(reject.row());
                values.add(round);
                values.add(reject.line());
                values.add(reject.code());
                values.add(reject.field());
                values.add(reject.reason());
                values.add(JSON.writeValueAsString(reject.cells()));
            }

            String row = "(?, ?, ?, ?, ?, ?, ?, ?)";
            jdbc.sql(INSERT + row + (", " + row).repeat(part.size() - 1))
                    .params(values)
                    .update();
        }
    }

    /** Forgets the rejects of a round that is surveyed again. */
    public void forget(long run, int round) {
        jdbc.sql(FORGET).params(run, round).update();
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
