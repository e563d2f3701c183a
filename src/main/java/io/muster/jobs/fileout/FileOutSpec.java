package io.muster.jobs.fileout;

import io.muster.extract.combine.Extraction;
import io.muster.extract.source.SourceSpec;
import io.muster.extract.transform.Transform;
import java.time.ZoneId;
import java.util.List;

/**
 * What a run writes where. Stored as JSON with the run.
 *
 * @param extraction where the records come from
 * @param transforms what happens to them, in order
 * @param columns the columns of the file, in order; all where empty
 * @param format how it is written
 * @param to where it goes
 * @param name its name, with {@code {date}}, {@code {time}} and {@code {run}} filled in
 * @param zone the zone of date and time
 */
public record FileOutSpec(
        Extraction extraction,
        List<Transform> transforms,
        List<String> columns,
        Format format,
        SourceSpec to,
        String name,
        ZoneId zone) {

    /** How a file is written, in UTF-8 with line feeds. */
    public enum Format {
        /** Comma-separated, with a header. */
        CSV,
        /** A JSON object a line; blank values are left out. */
        JSON_LINES
    }

    /** Copies what it is given. */
    public FileOutSpec {
        transforms = List.copyOf(transforms);
        columns = List.copyOf(columns);
    }
}
