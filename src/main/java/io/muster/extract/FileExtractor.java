package io.muster.extract;

import io.muster.extract.record.Extracted;
import io.muster.extract.record.FileRecords;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordFiles;
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
        RecordFiles.read(spooled, newest.name(), spec.format(), sink);
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

    @Override
    public void close() {
        source.close();
    }
}
