package io.muster.jobs.eligibility;

import io.muster.frequency.Eligibility.Counts;
import io.muster.frequency.Eligibility.Judged;
import io.muster.frequency.EligibilityCsv;
import io.muster.support.Ids;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What runs have found, block by block of contact numbers. */
public final class EligibilityResults {

    private static final String IS_KEPT = "SELECT 1 FROM eligibility_block WHERE run_id = ? AND block = ?";

    private static final String KEEP = """
        INSERT INTO eligibility_block (run_id, block, eligible, frequency, opted_out, csv_lines)
        VALUES (?, ?, ?, ?, ?, ?)
        """;

    private static final String SUM = """
        SELECT COALESCE(SUM(eligible), 0), COALESCE(SUM(frequency), 0), COALESCE(SUM(opted_out), 0)
        FROM eligibility_block WHERE run_id = ?
        """;

    private static final String NEXT = """
        SELECT block, csv_lines FROM eligibility_block
        WHERE run_id = ? AND block > ? ORDER BY block LIMIT 1
        """;

    private final JdbcClient jdbc;
    private final Ids ids;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Lines(long block, byte[] compressed) {}

    /** Those in a database. */
    public EligibilityResults(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    boolean isKept(long run, long block) {
        return jdbc.sql(IS_KEPT)
                .params(run, block)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    void keep(long run, int directory, long block, Counts counts, List<Judged> judged) {
        jdbc.sql(KEEP)
                .params(
                        run,
                        block,
                        counts.eligible(),
                        counts.frequency(),
                        counts.optedOut(),
                        compressed(directory, judged))
                .update();
    }

    private byte[] compressed(int directory, List<Judged> judged) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressing = new GZIPOutputStream(bytes)) {
            EligibilityCsv csv = new EligibilityCsv(compressing, ids, directory);
            for (Judged one : judged) {
                csv.take(one);
            }

            csv.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    EligibilityReport sum(long run) {
        return jdbc.sql(SUM)
                .param(run)
                .query((row, index) -> new EligibilityReport(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /** Writes all lines with their header, in the order of the contacts' numbers. */
    public void write(long run, int directory, OutputStream out) throws IOException {
        EligibilityCsv header = new EligibilityCsv(out, ids, directory);
        header.begin();
        header.finish();
        Optional<Lines> next = next(run, -1);
        while (next.isPresent()) {
            Lines lines = next.get();
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(lines.compressed()))) {
                in.transferTo(out);
            }

            next = next(run, lines.block());
        }
    }

    private Optional<Lines> next(long run, long after) {
        return jdbc.sql(NEXT)
                .params(run, after)
                .query((row, index) -> new Lines(row.getLong(1), row.getBytes(2)))
                .optional();
    }
}
