package io.muster.automation.jobs;

import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.RunUpkeep;
import io.muster.automation.Trigger;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.Visit;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.segments.SegmentRebuildRuns;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.automation.workflow.WorkflowRuns;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.runs.Pruning;
import io.muster.runs.RunService;
import io.muster.support.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Runs jobs of every kind. */
public final class JobRuns implements AutomationRuns, RunUpkeep {

    private final RunService service;
    private final JobRegister register;
    private final ContactImportRuns imports;
    private final SegmentRebuildRuns rebuilds;
    private final WorkflowRuns workflows;
    private final StandingRebuilds standing;
    private final Pruning pruning;

    JobRuns(
            RunService service,
            JobRegister register,
            ContactImportRuns imports,
            SegmentRebuildRuns rebuilds,
            WorkflowRuns workflows,
            StandingRebuilds standing,
            Pruning pruning) {
        this.service = service;
        this.register = register;
        this.imports = imports;
        this.rebuilds = rebuilds;
        this.workflows = workflows;
        this.standing = standing;
        this.pruning = pruning;
    }

    @Override
    public List<RunSummary> run(JobFile file, Trigger trigger) {
        return switch (file) {
            case ContactImportJob job ->
                summaries(imports.run(job, trigger, Progress.NONE), ContactImportRuns::summary);
            case SegmentRebuildJob job -> List.of(rebuilds.run(job));
            // It runs when an event comes.
            case EventJob ignored -> List.of();
            case WorkflowJob job -> summaries(workflows.run(job, trigger, Progress.NONE), WorkflowRuns::summary);
        };
    }

    private static List<RunSummary> summaries(Visit visit, Function<Run, RunSummary> summary) {
        Refusal elsewhere = visit.elsewhere();
        if (elsewhere != null) {
            throw elsewhere;
        }

        return visit.runs().stream().map(summary).toList();
    }

    @Override
    public void seen(Collection<LoadedJob> jobs) {
        register.seen(jobs);
    }

    @Override
    public List<LoadedJob> standing(Collection<LoadedJob> loaded) {
        return standing.beside(loaded);
    }

    @Override
    public void stopAll() {
        service.stopAll();
    }

    @Override
    public int markDead() {
        return service.markDead();
    }

    @Override
    public void resumeSent() {
        service.startWanted();
        service.resumeSent();
    }

    @Override
    public void prune() {
        pruning.whenDue();
    }
}
