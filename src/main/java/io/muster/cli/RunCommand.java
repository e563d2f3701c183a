package io.muster.cli;

import io.muster.app.RebuildView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.automation.AutomationBusy;
import io.muster.automation.Trigger;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.Visit;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.automation.notify.Notifications;
import io.muster.automation.segments.SegmentRebuildRuns;
import io.muster.automation.workflow.WorkflowRuns;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster run}. */
@Command(
        name = "run",
        description = {
            "Run a job file now, in the foreground: an import takes all new files of its source, oldest first, one run"
                    + " each; a rebuild of segments rebuilds them.",
            "",
            "A run whose process was lost is taken up first. With nothing new the answer is empty and the exit code 0.",
            "",
            "A file that came after a newer one was imported waits (status WAITING), which is a warning; a file that is"
                    + " passed over is listed with the reason (status PASSED_OVER). The exit code is 1 as long as a failed"
                    + " run is pending, whether there are new files or not."
        },
        footer = {
            "",
            "Examples:",
            "  muster run jobs/nightly.yaml",
            "  muster run jobs/nightly.yaml --file contacts-20260301.csv",
            "  muster run jobs/nightly.yaml --force --json"
        })
final class RunCommand implements Callable<Integer> {

    private static final Duration NOTIFY_PATIENCE = Duration.ofSeconds(10);

    private final Terminal terminal;

    @Mixin
    private NamedJob job;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Import this file only: a local file, or else the file of that name on the source, also one"
                    + " that waits.")
    private @Nullable Path file;

    @Option(
            names = "--force",
            description =
                    "Also take files again that no run has imported, such as one that has failed; with --file, that"
                            + " file whatever has become of it.")
    private boolean force;

    @Option(names = "--all", description = "Take all files of the source again, also those that were imported.")
    private boolean all;

    @Mixin
    private Output output;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            LoadedJob found = job.read(context);
            if (found.job() instanceof EventJob) {
                throw Refusal.usage("Cannot run " + found.job().id()
                        + ": it runs when an event comes. Send one to its address, which muster jobs shows.");
            }

            if (found.job() instanceof SegmentRebuildJob rebuild) {
                return rebuild(context, rebuild);
            }

            Visit visit = found.job() instanceof WorkflowJob workflow ? work(context, workflow) : work(context, found);
            VisitText text = new VisitText(found.job().id(), visit, context.get(RunViews.class));
            output.print(text.json(), text::text);
            terminal.text().flush();
            if (!output.isJson()) {
                text.warnings().forEach(terminal.notes()::println);
            }

            visit.runs().stream()
                    .flatMap(run -> RunSession.failureNote(run).stream())
                    .forEach(terminal.notes()::println);
            text.pending().forEach(terminal.notes()::println);
            int ignored = context.get(Notifications.class).deliverDue(NOTIFY_PATIENCE);
            Refusal elsewhere = visit.elsewhere();
            if (elsewhere != null) {
                throw elsewhere;
            }

            boolean failed = visit.runs().stream().anyMatch(RunSession::failure);
            return failed || !visit.pending().isEmpty() ? 1 : 0;
        }
    }

    private int rebuild(AppContext context, SegmentRebuildJob job) {
        if (file != null || force || all) {
            throw Refusal.usage("Cannot run " + job.id()
                    + ": it rebuilds segments and takes no files. Leave out --file," + " --force and --all.");
        }

        SegmentRebuildRuns runs = context.get(SegmentRebuildRuns.class);
        RebuildView view = RebuildView.of(
                runs.directory(job),
                new RunSession(terminal).foreground(context, progress -> runs.rebuild(job, progress)),
                context.get(Ids.class));
        output.print(view, () -> RebuildText.text(view));
        terminal.text().flush();
        RebuildText.heldNote(view).ifPresent(terminal.notes()::println);
        int ignored = context.get(Notifications.class).deliverDue(NOTIFY_PATIENCE);
        return RebuildText.heldNote(view).isPresent() ? 1 : 0;
    }

    private Trigger.Repull repull() {
        if (file != null && all) {
            throw Refusal.usage("Cannot take one file and all of them. Leave out --file, or --all.");
        }

        return all ? Trigger.Repull.ALL : force ? Trigger.Repull.FORCED : Trigger.Repull.NEW_ONLY;
    }

    private Visit work(AppContext context, WorkflowJob job) {
        WorkflowRuns runs = context.get(WorkflowRuns.class);
        Trigger trigger = new Trigger.ByHand(RunSession.person(), file, repull());
        try {
            return new RunSession(terminal).foreground(context, progress -> runs.run(job, trigger, progress));
        } catch (AutomationBusy busy) {
            throw busy.refusal();
        }
    }

    private Visit work(AppContext context, LoadedJob found) {
        ContactImportRuns runs = context.get(ContactImportRuns.class);
        Trigger trigger = new Trigger.ByHand(RunSession.person(), file, repull());
        try {
            return new RunSession(terminal)
                    .foreground(context, progress -> runs.run((ContactImportJob) found.job(), trigger, progress));
        } catch (AutomationBusy busy) {
            throw busy.refusal();
        }
    }
}
