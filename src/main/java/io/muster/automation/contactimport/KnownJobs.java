package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.jobs.Automations;
import io.muster.support.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs behind runs: as this process has seen them last, also when a file is not in the folder of job files. */
public final class KnownJobs {

    private final JobFiles files;
    private final Automations automations;
    private final LoadSpecs specs;
    private final Map<String, JobFile> seen = new ConcurrentHashMap<>();

    KnownJobs(JobFiles files, Automations automations, LoadSpecs specs) {
        this.files = files;
        this.automations = automations;
        this.specs = specs;
    }

    /** Remembers a job as it is now. */
    public void see(JobFile job) {
        seen.put(job.id(), job);
    }

    /** A job as it was seen last, else as its file is now. */
    public JobFile find(String id) {
        JobFile known = seen.get(id);
        return known == null ? now(id) : known;
    }

    /** What a job does with the files of its source. */
    FileImport files(String id) {
        return specs.files(find(id)).orElseThrow(() -> changed(id, "it takes no files now"));
    }

    /** As its file is at this moment. */
    JobFile now(String id) {
        Optional<LoadedJob> published = files.load().find(id);
        Optional<Path> elsewhere = automations.jobFile(id).map(Path::of).filter(Files::isReadable);
        LoadedJob found = published.isEmpty() && elsewhere.isPresent() ? files.load(elsewhere.get()) : files.find(id);
        if (found.job().id().equals(id)) {
            return found.job();
        }

        throw changed(id, "its file " + found.file() + " defines " + found.job().id() + " now");
    }

    static Refusal changed(String id, String what) {
        return Refusal.conflict("JOB_CHANGED", "Cannot use the job file of " + id + ": " + what + ". Correct the file.")
                .with("automation", id);
    }
}
