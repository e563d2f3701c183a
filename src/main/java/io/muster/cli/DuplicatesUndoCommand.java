package io.muster.cli;

import io.muster.cli.DuplicatesAnswer.Recorded;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.support.Ids;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster duplicates undo}. */
@Command(
        name = "undo",
        description = "Take a merge back: the contacts stand again as they were and are kept apart from then on. What"
                + " was changed on the merged contact since stays there.",
        footer = {"", "Examples:", "  muster duplicates undo MG_1a2B3c4D5e6F7g8"})
final class DuplicatesUndoCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "MERGE", description = "The merge's id, MG_…")
    private String merge;

    @Mixin
    private Output output;

    DuplicatesUndoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, MergeConfiguration.class)) {
            Ids ids = context.get(Ids.class);
            long id = DuplicatesShowCommand.read(ids, merge);
            Recorded answer = Recorded.of(ids, context.get(Duplicates.class).undo(id, RunSession.person()));
            output.print(answer, () -> text(answer));
        }
    }

    private static String text(Recorded answer) {
        String text = "%s is taken back: %d contacts stand beside %s again and are kept apart from it."
                .formatted(answer.merge(), answer.absorbed(), answer.survivor());
        return answer.kept().isEmpty()
                ? text
                : text + "\nChanged since and left as it is: " + String.join(", ", answer.kept()) + ".";
    }
}
