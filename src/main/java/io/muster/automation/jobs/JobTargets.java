package io.muster.automation.jobs;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobfile.WorkflowTask;
import io.muster.directory.Directory;
import io.muster.runs.DirectoryUses;
import java.util.List;

/** The job files that name a directory. */
record JobTargets(JobFiles files) implements DirectoryUses {

    @Override
    public List<String> of(Directory directory) {
        return files.load().jobs().stream()
                .map(LoadedJob::job)
                .filter(job -> targets(job).stream().anyMatch(target -> names(target, directory)))
                .map(JobFile::id)
                .sorted()
                .toList();
    }

    private static List<String> targets(JobFile file) {
        return switch (file) {
            case ContactImportJob job -> List.of(job.loading().target().directory());
            case SegmentRebuildJob job -> List.of(job.directory());
            case EventJob job -> List.of(job.target().directory());
            case WorkflowJob job ->
                job.tasks().stream().map(WorkflowTask::directory).toList();
        };
    }

    private static boolean names(String target, Directory directory) {
        String named = target.strip();
        return named.equals(directory.name()) || named.equals(directory.id());
    }
}
