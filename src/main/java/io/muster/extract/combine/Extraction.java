package io.muster.extract.combine;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.RecordSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run extracts before it surveys the rows. Stored as JSON with the run.
 *
 * @param parts the extractors, in order
 * @param combination how their records become rows; with one extractor it does not matter
 * @param delivered how the delivered file is read that is the first extractor; null where the run has no such file
 */
public record Extraction(
        List<Part> parts, Combination combination, @Nullable FileFormat delivered) {

    /** How the rows are written that are extracted: UTF-8, commas. */
    public static final FileFormat FORMAT = FileFormat.of("UTF-8", ',');

    /** The column that says why a record could not be read; blank for all others. */
    public static final String PROBLEM_COLUMN = "muster_problem";

    /** The column that holds what of such a record could be read. */
    public static final String RECORD_COLUMN = "muster_record";

    /**
     * One extractor.
     *
     * @param name its name, unique in the job
     * @param spec what it reads; null for the file that was delivered
     */
    public record Part(String name, @Nullable RecordSpec spec) {}

    /** Copies what it is given. */
    public Extraction {
        parts = List.copyOf(parts);
    }
}
