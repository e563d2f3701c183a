package io.muster.automation.jobfile;

import java.util.List;
import java.util.Optional;

/**
 * What a folder of job files holds.
 *
 * @param jobs usable jobs, by id
 * @param broken files that define none, by name
 */
public record JobFolder(List<LoadedJob> jobs, List<BrokenJobFile> broken) {

    /** Copies what it is given. */
    public JobFolder {
        jobs = List.copyOf(jobs);
        broken = List.copyOf(broken);
    }

    /** The job of that id. */
    public Optional<LoadedJob> find(String id) {
        return jobs.stream().filter(loaded -> loaded.job().id().equals(id)).findFirst();
    }
}
