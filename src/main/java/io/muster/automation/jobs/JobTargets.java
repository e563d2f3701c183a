package io.muster.automation.jobs;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.directory.Directory;
import io.muster.runs.DirectoryUses;
import java.util.List;

/** The job files that name a directory. */
record JobTargets(JobFiles files) implements DirectoryUses {

    @Override
    public List<String> of(Directory directory) {
        return files.load().jobs().stream()
                .map(LoadedJob::job)
                .filter(job -> names(target(job), directory))
                .map(JobFile::id)
                .sorted()
                .toList();
    }

    private static String target(JobFile file) {
        return switch (file) {
            case ContactImportJob job -> job.target().directory();
            case SegmentRebuildJob job -> job.directory();
            case EventJob job -> job.target().directory();
        };
    }

    private static boolean names(String target, Directory directory) {
        String named = target.strip();
        return named.equals(directory.name()) || named.equals(directory.id());
    }
}
