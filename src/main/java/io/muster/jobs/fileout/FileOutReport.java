package io.muster.jobs.fileout;

import java.util.List;

/**
 * What a run has written; stored as JSON with the run.
 *
 * @param file the file's name
 * @param place where it lies
 * @param read records read
 * @param written rows of the file
 * @param skipped records that a transform has skipped, and blank ones
 * @param rejected records that could not be read or transformed; they are not in the file
 * @param bytes the file's size
 * @param sha256 hash of its content in hexadecimal
 * @param warnings what an operator should know
 */
public record FileOutReport(
        String file,
        String place,
        long read,
        long written,
        long skipped,
        long rejected,
        long bytes,
        String sha256,
        List<String> warnings) {

    /** Copies what it is given. */
    public FileOutReport {
        warnings = List.copyOf(warnings);
    }
}
