package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.support.Refusal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster segments update}. */
@Command(
        name = "update",
        description = "Change a segment's condition, name or guard. Members follow with the next rebuild.",
        footer = {
            "",
            "Examples:",
            "  muster segments update SG_1a2B3c4D5e6F7g8 --file gold.yaml",
            "  muster segments update Gold --directory Customers --name Platinum --guard off"
        })
final class SegmentsUpdateCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The new condition as YAML or JSON; - for standard input.")
    private @Nullable Path file;

    @Option(names = "--name", paramLabel = "NAME", description = "The new name.")
    private @Nullable String name;

    @Mixin
    private GuardOption guard;

    @Mixin
    private Output output;

    SegmentsUpdateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Path from = file;
        String renamed = name;
        if (from == null && renamed == null && !guard.isGiven()) {
            throw Refusal.usage("Cannot update the segment: nothing is to be changed. Give --file, --name, --guard or"
                    + " --guard-from.");
        }

        String condition = from == null ? null : ConditionFile.read(from);
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segments segments = context.get(Segments.class);
            Segment before = segment.find(context);
            Segment after = before;
            if (condition != null) {
                after = segments.redefine(after, condition, RunSession.person());
            }

            if (guard.isGiven()) {
                after = segments.guard(after, guard.over(after.guard()), RunSession.person());
            }

            if (renamed != null) {
                after = segments.rename(after, renamed, RunSession.person());
            }

            Segment changed = after;
            output.print(
                    SegmentAnswer.of(
                            SegmentOption.directory(context, changed), changed, context.get(MembershipHistory.class)),
                    () -> changed.equals(before)
                            ? "The segment %s (%s) is as it was.".formatted(changed.name(), changed.id())
                            : "Updated the segment %s (%s).%s"
                                    .formatted(
                                            changed.name(),
                                            changed.id(),
                                            changed.revision() == before.revision()
                                                    ? ""
                                                    : " Its members follow with the next rebuild."));
        }
    }
}
