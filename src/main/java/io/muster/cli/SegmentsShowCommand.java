package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster segments show}. */
@Command(
        name = "show",
        description = "Show a segment: its condition, its members now, who uses it.",
        footer = {"", "Examples:", "  muster segments show SG_1a2B3c4D5e6F7g8 --json"})
final class SegmentsShowCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Mixin
    private Output output;

    SegmentsShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment found = segment.find(context);
            SegmentAnswer answer = SegmentAnswer.of(
                    SegmentOption.directory(context, found), found, context.get(MembershipHistory.class));
            List<String> users = context.get(Segments.class).users(found).stream()
                    .map(Segment::id)
                    .toList();
            output.print(new Shown(answer, users), () -> text(answer, found.guard(), users));
        }
    }

    /** @param usedBy the ids of segments that use it */
    private record Shown(
            @com.fasterxml.jackson.annotation.JsonUnwrapped SegmentAnswer segment, List<String> usedBy) {}

    private static String text(SegmentAnswer answer, SizeGuard guard, List<String> users) {
        return new TextTable("ID", answer.id())
                .row("NAME", answer.name())
                .row("DIRECTORY", answer.directory())
                .row("CONDITION", answer.condition())
                .row("REVISION", answer.revision())
                .row("MEMBERS", answer.members() == null ? "not rebuilt yet" : answer.members())
                .row("VERSION", answer.version())
                .row("PUBLISHED", answer.published())
                .row("PREVIOUS VERSION", answer.previousVersion())
                .row(
                        "HELD VERSION",
                        answer.heldVersion() == null ? null : answer.heldVersion() + " (" + answer.heldReason() + ")")
                .row("GUARD", GuardOption.text(guard))
                .row("USED BY", users.stream().collect(Collectors.joining(" ")))
                .row("CREATED", answer.created())
                .row("MODIFIED", answer.modified())
                .toString();
    }
}
