package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
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

    /** The segment that is meant. */
    Segment find(AppContext context) {
        String named = directory;
        Integer number = named == null
                ? null
                : context.get(Directories.class).find(named).number();
        return context.get(Segments.class).find(number, segment);
    }

    /** The directory of a segment. */
    static Directory directory(AppContext context, Segment segment) {
        return context.get(Directories.class).byNumber(segment.directory()).orElseThrow();
    }
}
