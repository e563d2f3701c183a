package io.muster.cli;

import io.muster.automation.jobfile.JobFiles;
import java.nio.file.Path;

/** Where commands that need no database find the job files: {@code MUSTER_JOBS}, else {@code jobs}. */
final class JobFolderOption {

    private JobFolderOption() {}

    static JobFiles files() {
        String folder = System.getenv("MUSTER_JOBS");
        return new JobFiles(Path.of(folder == null || folder.isBlank() ? "jobs" : folder));
    }
}
