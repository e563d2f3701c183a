package io.muster.cli;

import io.muster.app.RebuildView;
import io.muster.directory.Directory;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.RebuildAnswer;
import io.muster.runs.RunsConfiguration;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster segments rebuild}. */
@Command(
        name = "rebuild",
        description = {
            "Compute the members of all segments of a directory in one pass, or of some, and let readers see them.",
            "",
            "A rebuild that is under way and covers what is asked for is waited for and answers. Exit code 1 when"
                    + " something was held back because its size jumped."
        },
        footer = {
            "",
            "Environment: MUSTER_REBUILD_THREADS (ranges of contacts at once; 2).",
            "",
            "Examples:",
            "  muster segments rebuild --directory Customers --json",
            "  muster segments rebuild --directory Customers --segment SG_1a2B3c4D5e6F7g8",
            "  muster segments rebuild --directory Customers --incremental"
        })
final class SegmentsRebuildCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Option(
            names = "--segment",
            paramLabel = "SEGMENT",
            description = "Only this one, by id or name; may be repeated. What it uses is taken as published.")
    private List<String> named = new ArrayList<>();

    @Option(
            names = "--incremental",
            description = "Look only at contacts that changed since the last rebuild, where that gives the same.")
    private boolean incremental;

    @Mixin
    private Output output;

    SegmentsRebuildCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (incremental && !named.isEmpty()) {
            throw Refusal.usage("Cannot rebuild: --incremental refreshes all segments. Leave out --segment, or it.");
        }

        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            Directory found = directory.find(context);
            RebuildRequest request = request(context, found);
            SegmentRebuilds rebuilds = context.get(SegmentRebuilds.class);
            RebuildAnswer answer = new RunSession(terminal)
                    .foreground(context, progress -> rebuilds.rebuild(request, RunSession.person(), progress));
            RebuildView view = RebuildView.of(found, answer, context.get(Ids.class));
            output.print(view, () -> RebuildText.text(view));
            terminal.text().flush();
            RebuildText.heldNote(view).ifPresent(terminal.notes()::println);
            return answer.isHeld() ? 1 : 0;
        }
    }

    private RebuildRequest request(AppContext context, Directory found) {
        String cause = RunSession.actor();
        if (named.isEmpty()) {
            return incremental
                    ? RebuildRequest.incremental(found.number(), cause)
                    : RebuildRequest.full(found.number(), cause);
        }

        Segments segments = context.get(Segments.class);
        return RebuildRequest.alone(
                found.number(),
                named.stream()
                        .map(name -> segments.find(found.number(), name))
                        .map(Segment::number)
                        .toList(),
                cause);
    }
}
