package io.muster.cli;

import io.muster.cli.DuplicatesAnswer.Done;
import io.muster.cli.DuplicatesAnswer.Merge;
import io.muster.cli.DuplicatesAnswer.Merged;
import io.muster.dedup.merge.MergeRun;
import io.muster.directory.Directory;
import io.muster.runs.Merging;
import io.muster.runs.OperatorConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster duplicates merge}. */
@Command(
        name = "merge",
        description = "Make one contact of every group of duplicates. Each merge can be taken back; stopped in the"
                + " middle, the command goes on where it is run again.",
        footer = {
            "",
            "Examples:",
            "  muster duplicates preview --directory Customers",
            "  muster duplicates merge --directory Customers --json"
        })
final class DuplicatesMergeCommand implements Runnable {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    /** More are made but not listed in the answer; {@code duplicates list} has them all. */
    private static final int LISTED = 1_000;

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private DuplicatesScope scope;

    @Mixin
    private Output output;

    DuplicatesMergeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, OperatorConfiguration.class)) {
            Directory found = directory.find(context);
            List<Merged> listed = new ArrayList<>();
            AtomicBoolean stopping = new AtomicBoolean();
            Terminal.StopListening listening = terminal.onStop(() -> stopping.set(true), STOP_PATIENCE);
            MergeRun.Progress done;
            try {
                done = context.get(Merging.class)
                        .merge(
                                found.number(),
                                scope.scope(),
                                (steps, progress) -> {
                                    steps.stream()
                                            .limit((long) LISTED - listed.size())
                                            .forEach(step -> listed.add(Merged.of(found.number(), step)));
                                    terminal.notes()
                                            .println("%d groups merged, %d ahead"
                                                    .formatted(progress.merges(), progress.ahead()));
                                },
                                stopping::get);
            } finally {
                listening.close();
            }

            Merge answer = new Merge(
                    found.id(),
                    new Done(
                            done.merges(),
                            done.merges() + done.absorbed(),
                            done.absorbed(),
                            done.tooLarge(),
                            done.keptApart()),
                    listed);
            output.print(answer, () -> text(answer));
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
