package io.muster.cli;

import io.muster.app.SegmentRef;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The segment that a command is about, to be mixed in. */
final class SegmentOption {

    @Parameters(paramLabel = "SEGMENT", description = "The segment, by its id (SG_…), or by name with --directory.")
    private String segment;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            description = "The segment's directory, by id or name; needed with a segment's name.")
    private @Nullable String directory;

    SegmentRef ref() {
        return new SegmentRef(segment, directory);
    }
}
