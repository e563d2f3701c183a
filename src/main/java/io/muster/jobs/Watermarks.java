package io.muster.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far runs have read with their extractors. What a run notes counts for the next one once the run has completed. */
public final class Watermarks {

    private static final String FORGET = "DELETE FROM run_watermark WHERE run_id = :run";

    private static final String NOTE =
            "INSERT INTO run_watermark (run_id, extractor, watermark) VALUES (:run, :extractor, :watermark)";

    private static final String OF_RUN =
            "SELECT extractor, watermark FROM run_watermark WHERE run_id = :run ORDER BY extractor";

    // A run that was taken back has to be read again.
    private static final String REACHED = """
        SELECT w.extractor, w.watermark
        FROM run_watermark w JOIN run r ON r.id = w.run_id
        WHERE r.automation_id = :automation AND r.status = 'COMPLETED' AND %s
        ORDER BY w.run_id
        """.formatted(NotUndone.condition("r.id"));

    private final JdbcClient jdbc;

    /** Watermarks in a database. */
    public Watermarks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Notes what a run has read so far, in the place of what it noted before. */
    public void note(long run, Map<String, String> watermarks) {
        jdbc.sql(FORGET).param("run", run).update();
        watermarks.forEach((extractor, watermark) -> jdbc.sql(NOTE)
                .param("run", run)
                .param("extractor", extractor)
                .param("watermark", watermark)
                .update());
    }

    /** What a run has noted, by extractor. */
    public Map<String, String> of(long run) {
        Map<String, String> noted = new LinkedHashMap<>();
        jdbc.sql(OF_RUN).param("run", run).query(row -> {
            noted.put(row.getString("extractor"), row.getString("watermark"));
        });
        return noted;
    }

    /** What completed runs of an automation have reached, by extractor. */
    public Map<String, String> reached(long automation) {
        Map<String, String> reached = new LinkedHashMap<>();
        jdbc.sql(REACHED).param("automation", automation).query(row -> {
            reached.put(row.getString("extractor"), row.getString("watermark"));
        });
        return reached;
    }
}
