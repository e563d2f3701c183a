package io.muster.cli;

import io.muster.app.EventRunView;
import io.muster.app.EventRuns;
import io.muster.app.RunViewsConfiguration;
import io.muster.automation.events.EventWorker;
import io.muster.automation.events.EventsConfiguration;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.runs.Reprocessing;
import io.muster.runs.RunService;
import io.muster.runs.SettingChange;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster runs reprocess}. */
@Command(
        name = "reprocess",
        description = {
            "Import the whole file of a run again, as a run of its own.",
            "",
            "A run of an automation takes the job file as it is now. Any other takes its own settings, which the options"
                    + " override. What differs from last time is said beforehand. When the new run completes, the earlier"
                    + " ones of the file are settled and hold nothing back any more; when it fails they stay open."
        },
        footer = {
            "",
            "Examples:",
            "  muster runs reprocess RN_1a2B3c4D5e6F7g8 --preview",
            "  muster runs reprocess RN_1a2B3c4D5e6F7g8",
            "  muster runs reprocess RN_1a2B3c4D5e6F7g8 --charset windows-1252 --max-rejected 5%%"
        })
final class RunsReprocessCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private RunOption.ForceOption force;

    @Mixin
    private ImportOptions options;

    @Mixin
    private ContactImportOptions contacts;

    @Option(names = "--preview", description = "Say what differs from last time, and change nothing.")
    private boolean preview;

    @Mixin
    private Output output;

    RunsReprocessCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * What would differ.
     *
     * @param run the run whose file would be imported again
     */
    private record Preview(String run, List<SettingChange> changes) {}

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, RunViewsConfiguration.class, EventsConfiguration.class)) {
            EventRuns events = context.get(EventRuns.class);
            if (events.isEvent(run.id())) {
                return event(events, context);
            }
        }

        if (preview) {
            return preview();
        }

        return new RunSession(terminal).one(output, this::reprocess);
    }

    /** An event is applied by its job as it is now; 1 when it is rejected again. */
    private int event(EventRuns events, AppContext context) {
        if (!preview) {
            var ignored = events.again(RunSession.person(), run.id());
            context.get(EventWorker.class).applyNow();
        }

        EventRunView now = events.show(run.id());
        EventRunText.print(output, now);
        return !preview && now.status().equals("REJECTED") ? 1 : 0;
    }

    private int preview() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            Reprocessing planned = plan(context.get(RunService.class));
            Preview answer = new Preview(planned.run().id(), planned.changes());
            output.print(answer, () -> text(planned));
            return 0;
        }
    }

    private Run reprocess(RunService runs, Progress progress) {
        Reprocessing planned = plan(runs);
        progress.note(text(planned));
        return runs.reprocess(planned, force.force(), RunSession.person(), progress);
    }

    private Reprocessing plan(RunService runs) {
        return runs.plan(run.id(), before -> contacts.over(options.over(before)));
    }

    private static String text(Reprocessing planned) {
        return planned.changes().isEmpty()
                ? "The settings are those of run " + planned.run().id() + "."
                : planned.changes().stream()
                        .map(change -> "  " + change.text())
                        .collect(Collectors.joining(
                                System.lineSeparator(),
                                "What differs from run " + planned.run().id() + ":" + System.lineSeparator(),
                                ""));
    }
}
