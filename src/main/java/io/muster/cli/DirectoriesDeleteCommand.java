package io.muster.cli;

import io.muster.app.DirectoryContents;
import io.muster.app.DirectoryDeletions;
import io.muster.app.DirectoryPreview;
import io.muster.app.RunningConfiguration;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster directories delete}. */
@Command(
        name = "delete",
        description = "Delete a directory with its contacts, lists, segments and history. One that a job file names, or"
                + " that a run works on, stays. Stopped in the middle, the command goes on where it is run again.",
        footer = {
            "",
            "Examples:",
            "  muster directories delete Customers --preview",
            "  muster directories delete Customers --yes --json"
        })
final class DirectoriesDeleteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Mixin
    private TakingAway takingAway;

    @Mixin
    private Output output;

    /**
     * What the command answers.
     *
     * @param contacts contacts that it had when the command began
     */
    private record Answer(
            String directory,
            String name,
            String run,
            RunStatus status,
            long contacts,
            int lists,
            int segments,
            long runs) {}

    DirectoriesDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, RunningConfiguration.class)) {
            DirectoryDeletions deletions = context.get(DirectoryDeletions.class);
            if (takingAway.isPreview()) {
                DirectoryPreview preview = deletions.preview(directory);
                output.print(preview, () -> text(preview));
                return 0;
            }

            DirectoryContents before = deletions.check(directory);
            takingAway.confirm("Delete the directory %s?".formatted(words(before)));
            RunSession session = new RunSession(terminal);
            Run run = session.foreground(
                    context,
                    progress -> context.get(RunService.class)
                            .await(deletions.start(RunSession.person(), before.directory(), progress)));
            output.print(answer(before, run), () -> text(before, run));
            return session.exit(run);
        }
    }

    private static Answer answer(DirectoryContents before, Run run) {
        return new Answer(
                before.directory(),
                before.name(),
                run.id(),
                run.status(),
                before.contacts(),
                before.lists(),
                before.segments(),
                before.runs());
    }

    private static String text(DirectoryPreview preview) {
        StringBuilder text =
                new StringBuilder("Would delete the directory %s.".formatted(words(preview.wouldDelete())));
        preview.refusedBecause().forEach(reason -> text.append('\n').append(reason));
        return text.toString();
    }

    private static String text(DirectoryContents before, Run run) {
        return run.status() == RunStatus.COMPLETED
                ? "Deleted the directory %s.".formatted(words(before))
                : "The directory %s (%s) is not deleted yet; the same command goes on with run %s."
                        .formatted(before.name(), before.directory(), run.id());
    }

    private static String words(DirectoryContents contents) {
        return "%s (%s) with %d contacts, %d lists, %d segments and what its %d runs left"
                .formatted(
                        contents.name(),
                        contents.directory(),
                        contents.contacts(),
                        contents.lists(),
                        contents.segments(),
                        contents.runs());
    }
}
