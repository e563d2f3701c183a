package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.jobs.Automations;
import io.muster.support.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The import jobs behind runs: as this process has seen them last, also when a file is not in the folder of job files. */
final class KnownJobs {

    private final JobFiles files;
    private final Automations automations;
    private final Map<String, ContactImportJob> seen = new ConcurrentHashMap<>();

    KnownJobs(JobFiles files, Automations automations) {
        this.files = files;
        this.automations = automations;
    }

    void see(ContactImportJob job) {
        seen.put(job.id(), job);
    }

    ContactImportJob find(String id) {
        ContactImportJob known = seen.get(id);
        return known == null ? now(id) : known;
    }

    /** As its file is at this moment. */
    ContactImportJob now(String id) {
        Optional<LoadedJob> published = files.load().find(id);
        Optional<Path> elsewhere = automations.jobFile(id).map(Path::of).filter(Files::isReadable);
        LoadedJob found = published.isEmpty() && elsewhere.isPresent() ? files.load(elsewhere.get()) : files.find(id);
        if (found.job() instanceof ContactImportJob job && job.id().equals(id)) {
            return job;
        }

        throw Refusal.conflict(
                        "JOB_CHANGED",
                        "Cannot use the job file " + found.file() + " for " + id + ": it defines "
                                + found.job().id() + " now. Correct the file.")
                .with("automation", id);
    }
}
