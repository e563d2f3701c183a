package io.muster.automation.events;

import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobRegister;
import io.muster.jobs.Automations;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event jobs that this process knows: as their files were a short time ago. A file that has become unusable goes on with its
 * last good version; while the folder is away, all do.
 */
public final class EventCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(EventCatalog.class);

    /** Reading all files for each event would take longer than applying it. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final JobFiles files;
    private final JobRegister register;
    private final Automations automations;
    private final Map<String, String> fingerprints = new HashMap<>();
    private volatile Map<Long, EventTask> tasks = Map.of();
    private volatile long readAt;
    private volatile boolean wasRead;

    EventCatalog(JobFiles files, JobRegister register, Automations automations) {
        this.files = files;
        this.register = register;
        this.automations = automations;
    }

    /** The job with that numeric id of an automation; one that was not known is looked for in the files. */
    Optional<EventTask> find(long automation) {
        Optional<EventTask> known = Optional.ofNullable(tasks().get(automation));
        return known.isPresent() ? known : Optional.ofNullable(readAgain().get(automation));
    }

    Collection<EventTask> all() {
        return tasks().values();
    }

    /** Has the files read again now, for one who has just changed them. */
    public void refresh() {
        var ignored = readAgain();
    }

    private Map<Long, EventTask> tasks() {
        return wasRead && System.nanoTime() - readAt < FRESH.toNanos() ? tasks : readAgain();
    }

    private synchronized Map<Long, EventTask> readAgain() {
        try {
            Map<Long, EventTask> before = tasks;
            Map<Long, EventTask> current = new HashMap<>();
            var folder = files.loadPresent();
            for (LoadedJob loaded : folder.jobs()) {
                if (loaded.job() instanceof EventJob job) {
                    EventTask task = task(loaded, job, before);
                    current.put(task.automation(), task);
                }
            }

            folder.broken()
                    .forEach(file -> before.values().stream()
                            .filter(task -> file.file()
                                    .toString()
                                    .equals(automations.jobFile(task.job().id()).orElse(null)))
                            .forEach(task -> current.putIfAbsent(task.automation(), task)));
            tasks = Map.copyOf(current);
        } catch (Refusal refusal) {
            LOG.debug("Event jobs stay as they were read before", refusal);
        }

        readAt = System.nanoTime();
        wasRead = true;
        return tasks;
    }

    private EventTask task(LoadedJob loaded, EventJob job, Map<Long, EventTask> before) {
        @Nullable String known = fingerprints.get(job.id());
        if (loaded.fingerprint().equals(known)) {
            Optional<EventTask> same = before.values().stream()
                    .filter(task -> task.job().id().equals(job.id()))
                    .findFirst();
            if (same.isPresent()) {
                return same.get();
            }
        }

        var ignored = register.seen(List.of(loaded));
        fingerprints.put(job.id(), loaded.fingerprint());
        return new EventTask(job, automations.number(job.id()));
    }
}
