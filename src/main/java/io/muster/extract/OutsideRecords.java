package io.muster.extract;

import io.muster.extract.record.FileRecords;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSources;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.FileSelection;
import java.nio.file.Path;

/**
 * Opens extractors of records that come from outside.
 *
 * @param files opens sources of files
 */
public record OutsideRecords(FileSources files) implements RecordSources {

    @Override
    public RecordExtractor open(RecordSpec spec, Path folder) {
        return switch (spec) {
            case FileRecords file ->
                new FileExtractor(file, files.open(file.source()), new FileSelection(files.sleeper()), folder);
        };
    }
}
