package io.muster.extract.record;

import io.muster.extract.csv.FileFormat;
import io.muster.extract.source.FileChoice;
import io.muster.extract.source.SourceSpec;

/**
 * The newest file that matches, read whole.
 *
 * @param source where the files are
 * @param files which of them match
 * @param format how they are read
 */
public record FileRecords(SourceSpec source, FileChoice files, FileFormat format) implements RecordSpec {}
