package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster segments delete}. */
@Command(
        name = "delete",
        description = "Delete a segment with the history of its members. One that others use stays.",
        footer = {"", "Examples:", "  muster segments delete SG_1a2B3c4D5e6F7g8"})
final class SegmentsDeleteCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Mixin
    private Output output;

    SegmentsDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment found = segment.find(context);
            context.get(Segments.class).delete(found, RunSession.person());
            output.print(
                    new Deleted(found.id(), found.name(), true),
                    () -> "Deleted the segment %s (%s).".formatted(found.name(), found.id()));
        }
    }

    private record Deleted(String id, String name, boolean deleted) {}
}
