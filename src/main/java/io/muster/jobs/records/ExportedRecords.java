package io.muster.jobs.records;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.record.Extracted;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.support.Refusal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an export writes as CSV, record by record. It is written to a file first: the moment of the export ends with the
 * export, and is not held as long as somebody takes records.
 */
final class ExportedRecords implements RecordExtractor {

    private static final FileFormat WRITTEN_BY_US = new FileFormat(
            "UTF-8", ',', Long.MAX_VALUE, FileFormat.DEFAULT_MAX_RATIO, FileFormat.DEFAULT_MAX_RECORD_CHARS);

    private final String location;
    private final Path folder;
    private final Export export;

    /** Writes CSV with a header. */
    interface Export {

        void write(OutputStream out) throws IOException;
    }

    ExportedRecords(String location, Path folder, Export export) {
        this.location = location;
        this.folder = folder;
        this.export = export;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Extracted extract(RecordSink sink) {
        Path file = folder.resolve("export.csv");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                export.write(out);
            }
            try (RecordReader reader = RecordReader.open(file, "export.csv", WRITTEN_BY_US)) {
                sink.columns(reader.header());
                for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                    sink.record(record.cells());
                }
            }
            Files.delete(file);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read %s: %s. Check the disk of the state folder.".formatted(location, e.getMessage()), e);
        }
        return new Extracted(null);
    }

    @Override
    public void close() {
        // holds nothing open between calls
    }
}
