package io.muster.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Numbers in the ledger of an import that only its page shows. */
public final class RunNumbers {

    private static final String NUMBERS = """
        SELECT (SELECT COUNT(*) FROM run_block WHERE run_id = :run) AS done,
          (SELECT COALESCE(SUM(blocks), 0) FROM run_survey WHERE run_id = :run) AS planned,
          (SELECT reject_codes FROM run_import WHERE run_id = :run) AS codes
        """;

    private static final String COMMITTED = """
        SELECT committed_at, rows_created + rows_updated + rows_unchanged + rows_rejected + rows_skipped AS settled
        FROM run_block
        WHERE run_id = :run AND committed_at >= :since
        """;

    private final JdbcClient jdbc;

    /**
     * How far an import is, and what was wrong with its rows.
     *
     * @param blocks that are committed
     * @param planned blocks in all; 0 as long as no survey is sealed
     * @param rejectCodes how many rows were rejected for which reason, most first; empty where that was not counted
     */
    public record Numbers(long blocks, long planned, Map<String, Long> rejectCodes) {}

    /** The runs in a database. */
    public RunNumbers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The numbers of a run. */
    public Numbers of(long run) {
        return jdbc.sql(NUMBERS)
                .param("run", run)
                .query((row, index) -> {
                    String codes = row.getString("codes");
                    return new Numbers(
                            row.getLong("done"),
                            row.getLong("planned"),
                            codes == null
                                    ? Map.of()
                                    : JsonMapper.shared()
                                            .readValue(codes, new TypeReference<LinkedHashMap<String, Long>>() {}));
                })
                .single();
    }

    /**
     * Rows that an import has committed in equal stretches of time.
     *
     * @return as many numbers as there are stretches, the oldest first
     */
    public List<Long> committed(long run, Instant since, Instant until, int stretches) {
        long from = since.toEpochMilli();
        double each = (until.toEpochMilli() - from) / (double) stretches;
        long[] rows = new long[stretches];
        jdbc.sql(COMMITTED).param("run", run).param("since", from).query(row -> {
            rows[(int) Math.clamp((row.getLong(1) - from) / each, 0, stretches - 1)] += row.getLong(2);
        });
        return new ArrayList<>(Arrays.stream(rows).boxed().toList());
    }
}
