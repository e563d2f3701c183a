package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.jobs.Automations;
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
        if (known != null) {
            return known;
        }

        Optional<LoadedJob> published = files.load().find(id);
        Optional<Path> elsewhere = automations.jobFile(id).map(Path::of).filter(Files::isReadable);
        return published.isEmpty() && elsewhere.isPresent()
                ? (ContactImportJob) files.load(elsewhere.get()).job()
                : (ContactImportJob) files.find(id).job();
    }
}
