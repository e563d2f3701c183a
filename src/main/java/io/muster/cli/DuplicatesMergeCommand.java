package io.muster.cli;

import io.muster.app.AppConfiguration;
import io.muster.app.MergeService;
import io.muster.app.MergeViews.Done;
import io.muster.app.MergeViews.Merge;
import io.muster.app.MergeViews.Preview;
import io.muster.directory.Directory;
import io.muster.jobs.Run;
import io.muster.jobs.merge.MergeReport;
import io.muster.runs.RunRequest;
import io.muster.runs.RunsConfiguration;
import io.muster.support.Ids;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster duplicates merge}. */
@Command(
        name = "merge",
        description = "Make one contact of every group of duplicates. Each merge can be taken back; stopped in the"
                + " middle, the command goes on where it is run again.",
        footer = {
            "",
            "Examples:",
            "  muster duplicates merge --directory Customers --preview",
            "  muster duplicates merge --directory Customers --json"
        })
final class DuplicatesMergeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private DuplicatesScope scope;

    @Option(names = "--preview", description = "Say what would happen, as duplicates preview does, and change nothing.")
    private boolean preview;

    @Mixin
    private Output output;

    DuplicatesMergeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return preview ? preview() : merge();
    }

    private int preview() {
        try (AppContext context = AppContext.open(terminal, AppConfiguration.class)) {
            Preview answer = context.get(MergeService.class)
                    .preview(directory.name(), scope.scope(), Integer.parseInt(DuplicatesCommand.SHOWN));
            output.print(answer, () -> DuplicatesCommand.text(answer));
            return 0;
        }
    }

    private int merge() {
        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            Directory found = directory.find(context);
            Run run = new RunSession(terminal).await(context, new RunRequest.Merge(found.number(), scope.scope()));
            String report = run.report();
            MergeReport done = report == null
                    ? MergeReport.NONE
                    : context.get(JsonMapper.class).readValue(report, MergeReport.class);
            Merge answer = Merge.of(context.get(Ids.class), found, run, done);
            output.print(answer, () -> text(answer));
            return new RunSession(terminal).exit(run);
        }
    }

    private static String text(Merge answer) {
        Done counts = answer.counts();
        StringBuilder text = new StringBuilder(
                "%d groups of %d contacts became %1$d contacts.\n".formatted(counts.groups(), counts.contacts()));
        if (counts.tooLarge() > 0) {
            text.append("%d groups are too large and were left alone. See 'muster duplicates preview'.\n"
                    .formatted(counts.tooLarge()));
        }

        return text.toString();
    }
}
