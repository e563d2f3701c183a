package io.muster.cli;

import io.muster.app.KeptThing;
import io.muster.app.RunUndos;
import io.muster.app.RunViewsConfiguration;
import io.muster.app.UndoAnswer;
import io.muster.app.UndoForecast;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs undo}. */
@Command(
        name = "undo",
        description = {
            "Take back what an import did: the contacts that it made go, the others become as they were before, with"
                    + " their keys, lists, transactions, touchpoints and opt-outs.",
            "",
            "What somebody changed since stays and is listed. Contacts that a merge has taken since stay as they are: take"
                    + " that merge back first, as --preview says. An undo is a run; stopped in the middle, the command goes"
                    + " on where it is run again. The file may be imported again afterwards."
        },
        footer = {
            "",
            "Examples:",
            "  muster runs undo RN_1a2B3c4D5e6F7g8 --preview",
            "  muster runs undo RN_1a2B3c4D5e6F7g8 --yes --json"
        })
final class RunsUndoCommand implements Callable<Integer> {

    private static final int SHOWN = 20;

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private TakingAway takingAway;

    @Mixin
    private Output output;

    RunsUndoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            RunUndos undos = context.get(RunUndos.class);
            if (takingAway.isPreview()) {
                UndoForecast forecast = undos.preview(run.id());
                output.print(forecast, () -> text(forecast));
                return 0;
            }

            undos.undoable(run.id()).ifPresent(undone -> takingAway.confirm(question(undone)));
            RunSession session = new RunSession(terminal);
            Run undo = session.foreground(context, progress -> undos.undo(RunSession.person(), run.id(), progress));
            UndoAnswer answer = undos.answer(undo);
            output.print(answer, () -> text(answer));
            return session.exit(undo);
        }
    }

    private static String question(Run undone) {
        return "Undo the run %s of %s, of which %,d rows created and %,d updated contacts?"
                .formatted(
                        undone.id(),
                        undone.imported().file(),
                        undone.imported().counts().created(),
                        undone.imported().counts().updated());
    }

    private static String text(UndoForecast forecast) {
        return "Would undo the run %s: %,d contacts would be deleted, %,d restored.%n"
                        .formatted(forecast.of(), forecast.deleted(), forecast.restored())
                + kept("Would stay", forecast.kept());
    }

    private static String text(UndoAnswer answer) {
        String counts = "%,d contacts deleted, %,d restored.%n".formatted(answer.deleted(), answer.restored());
        String done = answer.status() == RunStatus.COMPLETED
                ? "The run %s is undone by %s: ".formatted(answer.of(), answer.run())
                : "%s is %s; the same command goes on. So far: ".formatted(answer.run(), answer.status());
        return done + counts + kept("Stays", answer.kept());
    }

    private static String kept(String verb, List<KeptThing> kept) {
        if (kept.isEmpty()) {
            return "";
        }

        StringBuilder text = new StringBuilder("%s otherwise than before the run:%n".formatted(verb));
        TextTable table = new TextTable("CONTACT", "WHAT", "WHY");
        kept.stream()
                .limit(SHOWN)
                .forEach(thing ->
                        table.row(thing.contact() == null ? "-" : thing.contact(), thing.field(), thing.reason()));
        text.append(table);
        if (kept.size() > SHOWN) {
            text.append("And %,d more; --json lists all.%n".formatted(kept.size() - SHOWN));
        }

        return text.toString();
    }
}
