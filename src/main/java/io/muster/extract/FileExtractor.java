package io.muster.extract;

import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.MalformedBytes;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.csv.RowProblem;
import io.muster.extract.record.Extracted;
import io.muster.extract.record.FileRecords;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.extract.source.Choice;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.List;

/** Reads the newest file of a source that matches. */
final class FileExtractor implements RecordExtractor {

    private final FileRecords spec;
    private final FileSource source;
    private final FileSelection selection;
    private final Path folder;

    FileExtractor(FileRecords spec, FileSource source, FileSelection selection, Path folder) {
        this.spec = spec;
        this.source = source;
        this.selection = selection;
        this.folder = folder;
    }

    @Override
    public String location() {
        return source.location();
    }

    @Override
    public Extracted extract(RecordSink sink) {
        SourceFile newest = newest();
        Path spooled = folder.resolve("newest");
        source.fetch(newest, spooled);
        try (RecordReader records = RecordReader.open(spooled, newest.name(), spec.format())) {
            sink.columns(records.header());
            for (FileRecord record = records.next(); record != null; record = records.next()) {
                take(record, sink);
            }
        }
        return new Extracted(null);
    }

    private SourceFile newest() {
        List<Choice.Chosen> take =
                selection.choose(source, spec.files(), file -> false).take();
        if (take.isEmpty()) {
            throw Refusal.failed(
                    "NO_FILE",
                    "Cannot read a file at " + location()
                            + ": none that matches is there and complete. Have it delivered, or correct the names in the"
                            + " job file.");
        }
        return take.getLast().file();
    }

    private static void take(FileRecord record, RecordSink sink) {
        RowProblem problem = record.problem();
        if (problem == null) {
            sink.record(record.cells());
        } else {
            sink.refused(readable(String.join(",", record.cells())), problem.code() + " " + problem.message());
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

    @Override
    public void close() {
        source.close();
    }
}
