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

/** What the ledger of a run has that only its page shows. */
public final class RunNumbers {

    private static final String REJECT_CODES =
            "SELECT COALESCE(reject_codes, '{}') FROM run_import WHERE run_id = :run";

    private static final String BLOCKS = """
        SELECT (SELECT COUNT(*) FROM run_block WHERE run_id = :run) AS done,
          (SELECT COALESCE(SUM(blocks), 0) FROM run_survey WHERE run_id = :run) AS planned
        """;

    private static final String COMMITTED = """
        SELECT committed_at, rows_created + rows_updated + rows_unchanged + rows_rejected + rows_skipped AS settled
        FROM run_block
        WHERE run_id = :run AND committed_at >= :since
        ORDER BY committed_at
        """;

    private final JdbcClient jdbc;

    /**
     * How much of an import's load is committed.
     *
     * @param planned blocks in all; 0 as long as no survey is sealed
     */
    public record Blocks(long done, long planned) {}

    /** The runs in a database. */
    public RunNumbers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many rows were rejected for which reason, most first; empty where that was not counted. */
    public Map<String, Long> rejectCodes(Run run) {
        return jdbc.sql(REJECT_CODES)
                .param("run", run.number())
                .query(String.class)
                .optional()
                .map(json -> JsonMapper.shared().readValue(json, new TypeReference<LinkedHashMap<String, Long>>() {}))
                .orElseGet(LinkedHashMap::new);
    }

    /** The blocks of an import. */
    public Blocks blocks(Run run) {
        return jdbc.sql(BLOCKS)
                .param("run", run.number())
                .query((row, index) -> new Blocks(row.getLong("done"), row.getLong("planned")))
                .single();
    }

    /**
     * Rows that an import has committed since then, in equal stretches of time.
     *
     * @return as many numbers as there are stretches, the oldest first
     */
    public List<Long> committed(Run run, Instant since, Instant until, int stretches) {
        long from = since.toEpochMilli();
        double each = (until.toEpochMilli() - from) / (double) stretches;
        Long[] rows = new Long[stretches];
        Arrays.fill(rows, 0L);
        jdbc.sql(COMMITTED).param("run", run.number()).param("since", from).query(row -> {
            int stretch = (int) Math.clamp((row.getLong(1) - from) / each, 0, stretches - 1);
            rows[stretch] += row.getLong(2);
        });
        return new ArrayList<>(List.of(rows));
    }
}
