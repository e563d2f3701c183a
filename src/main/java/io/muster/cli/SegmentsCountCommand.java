package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.segment.Segments;
import io.muster.segment.condition.Condition;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.members.SegmentPreview;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster segments count}. */
@Command(
        name = "count",
        description = "Count the contacts that a condition holds for now. Nothing is saved.",
        footer = {"", "Examples:", "  muster segments count --directory Customers --file gold.yaml"})
final class SegmentsCountCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "The condition as YAML or JSON; - for standard input.")
    private Path file;

    @Mixin
    private Output output;

    SegmentsCountCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        String text = ConditionFile.read(file);
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Directory found = directory.find(context);
            Condition condition = context.get(Segments.class).preview(found, text);
            ProgressLine progress = new ProgressLine(terminal, context.get(InstantSource.class));
            progress.step("count");
            long count;
            try {
                count = context.get(SegmentPreview.class)
                        .count(found, condition, progress::at)
                        .members();
            } finally {
                progress.done();
            }

            output.print(count, () -> Long.toString(count));
        }
    }
}
