package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster segments list}. */
@Command(
        name = "list",
        description = "List the segments of a directory by name, with the members that readers see.",
        footer = {"", "Examples:", "  muster segments list --directory Customers"})
final class SegmentsListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private Output output;

    SegmentsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Directory found = directory.find(context);
            MembershipHistory history = context.get(MembershipHistory.class);
            List<SegmentAnswer> segments = context.get(Segments.class).of(found.number()).stream()
                    .map(segment -> SegmentAnswer.of(found, segment, history))
                    .toList();
            output.print(segments, () -> segments.isEmpty() ? "No segments." : SegmentAnswer.table(segments));
        }
    }
}
