package io.muster.extract.record;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.MalformedBytes;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.csv.RowProblem;
import java.nio.file.Path;

/** Files as records. */
public final class RecordFiles {

    private RecordFiles() {}

    /**
     * Reads a file that was fetched into a sink. Blank records are no records.
     *
     * @param name the name that it was delivered with, for messages
     */
    public static void read(Path file, String name, FileFormat format, RecordSink sink) {
        try (RecordReader records = RecordReader.open(file, name, format)) {
            sink.columns(records.header());
            for (FileRecord record = records.next(); record != null; record = records.next()) {
                RowProblem problem = record.problem();
                if (problem != null) {
                    sink.refused(readable(String.join(",", record.cells())), problem.code() + " " + problem.message());
                } else {
                    sink.record(record.cells());
                }
            }
        }
    }

    /** Malformed bytes stand as lone surrogates, which no other text can hold. */
    private static String readable(String text) {
        StringBuilder readable = new StringBuilder(text);
        for (int at = MalformedBytes.indexIn(text, 0); at >= 0; at = MalformedBytes.indexIn(text, at + 1)) {
            readable.setCharAt(at, '\uFFFD');
        }

        return readable.toString().replace('\0', '\uFFFD');
    }
}
