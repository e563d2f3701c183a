package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster segments create}. */
@Command(
        name = "create",
        description = "Save a condition as a segment. It has no members until it was rebuilt.",
        footer = {
            "",
            "What conditions say: docs/segments.md. Their schema, for editors: muster segments schema.",
            "",
            "Examples:",
            "  muster segments create Gold --directory Customers --file gold.yaml --json"
        })
final class SegmentsCreateCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "Its name, unique in the directory.")
    private String name;

    @Mixin
    private DirectoryOption directory;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "The condition as YAML or JSON; - for standard input.")
    private Path file;

    @Mixin
    private GuardOption guard;

    @Mixin
    private Output output;

    SegmentsCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        String condition = ConditionFile.read(file);
        SizeGuard wanted = guard.over(SizeGuard.usual());
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Directory found = directory.find(context);
            Segment created = context.get(Segments.class).create(found, name, condition, wanted, RunSession.person());
            output.print(
                    SegmentAnswer.of(found, created, context.get(MembershipHistory.class)),
                    () -> "Created the segment %s (%s). Its members come with the next rebuild."
                            .formatted(created.name(), created.id()));
        }
    }
}
