package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.publish.Switching;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster segments rollback}. */
@Command(
        name = "rollback",
        description = {
            "Put the version of a segment before the published one back. Pressed twice, nothing more changes.",
            "",
            "The one taken back can be published again with 'muster segments publish' until the next rebuild."
        },
        footer = {"", "Examples:", "  muster segments rollback SG_1a2B3c4D5e6F7g8"})
final class SegmentsRollbackCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Mixin
    private Output output;

    SegmentsRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment after = context.get(Switching.class).rollBack(segment.find(context), RunSession.person());
            SegmentAnswer answer = SegmentAnswer.of(
                    SegmentOption.directory(context, after), after, context.get(MembershipHistory.class));
            output.print(
                    answer,
                    () -> "The segment %s (%s) is at version %d again, with %,d members; version %d was taken back."
                            .formatted(
                                    answer.name(),
                                    answer.id(),
                                    answer.version(),
                                    answer.members(),
                                    answer.heldVersion()));
        }
    }
}
