package io.muster.cli;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobRegister;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The job that a command is about. */
final class NamedJob {

    @Parameters(paramLabel = "JOB", description = "A job file, or the id of one in the folder of job files.")
    private String job;

    /** Reads its job file, and notes where that is. */
    LoadedJob read(AppContext context) {
        LoadedJob found = context.get(JobFiles.class).find(job);
        context.get(JobRegister.class).seen(List.of(found));
        return found;
    }
}
