package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.publish.Switching;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster segments publish}. */
@Command(
        name = "publish",
        description = "Publish the version of a segment that is held: because its size jumped, or since a rollback."
                + " Segments that were held only because they use it follow.",
        footer = {"", "Examples:", "  muster segments publish SG_1a2B3c4D5e6F7g8"})
final class SegmentsPublishCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Mixin
    private Output output;

    SegmentsPublishCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment before = segment.find(context);
            List<Segment> after = context.get(Switching.class).release(before, RunSession.person());
            MembershipHistory history = context.get(MembershipHistory.class);
            List<SegmentAnswer> answers = after.stream()
                    .map(one -> SegmentAnswer.of(SegmentOption.directory(context, one), one, history))
                    .toList();
            output.print(
                    answers, () -> before.held() == null ? "Nothing of it was held." : SegmentAnswer.table(answers));
        }
    }
}
