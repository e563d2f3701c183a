package io.muster.extract;

import io.muster.extract.http.HttpExtractor;
import io.muster.extract.jdbc.JdbcDrivers;
import io.muster.extract.jdbc.JdbcExtractor;
import io.muster.extract.record.FileRecords;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.InsideSpec;
import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSources;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.FileSelection;
import java.nio.file.Path;
import java.util.function.BiFunction;

/**
 * Opens extractors of records: those that come from outside, and by another hand those that this installation has.
 *
 * @param files opens sources of files
 * @param drivers connect other databases
 * @param inside opens what this installation has itself
 */
public record OutsideRecords(
        FileSources files, JdbcDrivers drivers, BiFunction<InsideSpec, Path, RecordExtractor> inside)
        implements RecordSources {

    /** With the drivers that Muster has itself, and nothing from inside. */
    public OutsideRecords(FileSources files) {
        this(files, JdbcDrivers.own(), (spec, folder) -> {
            throw new IllegalArgumentException("Nothing is read from inside here: " + spec);
        });
    }

    @Override
    public RecordExtractor open(RecordSpec spec, Path folder) {
        return switch (spec) {
            case FileRecords file ->
                new FileExtractor(file, files.open(file.source()), new FileSelection(files.sleeper()), folder);
            case JdbcRecords jdbc ->
                new JdbcExtractor(jdbc, files.environment(), drivers, files.tries(jdbc.location(), jdbc.retries()));
            case HttpRecords http ->
                new HttpExtractor(
                        http, files.environment(), files.tries(http.location(), http.retries()), files.clock(), folder);
            case InsideSpec own -> inside.apply(own, folder);
        };
    }
}
