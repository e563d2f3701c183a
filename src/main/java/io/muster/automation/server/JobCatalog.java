package io.muster.automation.server;

import io.muster.automation.jobfile.BrokenJobFile;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobFolder;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.support.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs this server runs: the last good version of every file that is still there. A file that has become unusable
 * goes on with its last good version, which is said loudly and again with every edit; a removed file takes its job away.
 * A folder that is away takes nothing away.
 */
final class JobCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(JobCatalog.class);

    private final JobFiles files;
    private final Function<Collection<LoadedJob>, List<LoadedJob>> standing;
    private final Consumer<Collection<LoadedJob>> seen;
    private final Map<Path, String> reported = new HashMap<>();
    private volatile Map<String, LoadedJob> jobs = Map.of();
    private volatile List<BrokenJobFile> broken = List.of();
    private volatile @Nullable String away;
    private Map<String, LoadedJob> ofFiles = Map.of();

    /** What the file system calls the folder that held job files last. An empty mount point is another one. */
    private @Nullable Object identityOfFull;

    /**
     * An empty catalog.
     *
     * @param standing jobs that no file defines, beside those that files define
     * @param seen is told of jobs whose files are new here or have moved
     */
    JobCatalog(
            JobFiles files,
            Function<Collection<LoadedJob>, List<LoadedJob>> standing,
            Consumer<Collection<LoadedJob>> seen) {
        this.files = files;
        this.standing = standing;
        this.seen = seen;
    }

    /** Reads the folder again. What was read before stays while the folder is away. */
    synchronized void refresh() {
        Map<String, LoadedJob> before = jobs;
        read().ifPresent(folder -> take(folder, before));
        Map<String, LoadedJob> current = new TreeMap<>(ofFiles);
        standing.apply(List.copyOf(ofFiles.values()))
                .forEach(job -> current.putIfAbsent(job.job().id(), job));
        logChanges(before, current);
        jobs = current;
    }

    private void take(JobFolder folder, Map<String, LoadedJob> before) {
        Map<String, LoadedJob> current = new TreeMap<>();
        Set<Path> readable = new HashSet<>();
        for (LoadedJob loaded : folder.jobs()) {
            current.put(loaded.job().id(), loaded);
            readable.add(loaded.file());
            reported.remove(loaded.file());
        }

        List<LoadedJob> moved = folder.jobs().stream()
                .filter(loaded -> isNewOrMoved(before.get(loaded.job().id()), loaded))
                .toList();
        if (!moved.isEmpty()) {
            seen.accept(moved);
        }

        for (LoadedJob old : before.values()) {
            // Its file is there, but says nothing usable any more.
            if (!readable.contains(old.file()) && Files.exists(old.file())) {
                current.putIfAbsent(old.job().id(), old);
            }
        }

        ofFiles = current;
        broken = folder.broken();
        folder.broken().forEach(this::report);
    }

    /** Empty while the folder is away: nothing is known then of what its files say. */
    private Optional<JobFolder> read() {
        try {
            JobFolder folder = files.loadPresent();
            Object identity = files.identity();
            boolean empty = folder.jobs().isEmpty() && folder.broken().isEmpty();
            if (empty && identityOfFull != null && !identityOfFull.equals(identity)) {
                throw Refusal.failed("Cannot read the job files in " + files.folder()
                        + ": it is an empty folder, and not the one that held them. Mount theirs again; if they are"
                        + " gone for good, restart the server.");
            }

            identityOfFull = empty ? null : identity;
            if (away != null) {
                LOG.info("The job files in {} are there again", files.folder());
                away = null;
            }

            return Optional.of(folder);
        } catch (Refusal refusal) {
            if (!refusal.getMessage().equals(away)) {
                away = refusal.getMessage();
                LOG.error("{} Until then the {} jobs read before go on running.", away, ofFiles.size());
            }

            return Optional.empty();
        }
    }

    private static boolean isNewOrMoved(@Nullable LoadedJob before, LoadedJob now) {
        return before == null || !before.file().equals(now.file());
    }

    private void report(BrokenJobFile file) {
        String earlier = reported.put(file.file(), file.fingerprint());
        if (!file.fingerprint().equals(earlier)) {
            boolean kept = jobs.values().stream().anyMatch(job -> job.file().equals(file.file()));
            LOG.error(
                    "Job file {} is not usable, {}: {}",
                    file.file(),
                    kept ? "its last good version goes on running" : "it does not run",
                    String.join(" ", file.lines()));
        }
    }

    private static void logChanges(Map<String, LoadedJob> before, Map<String, LoadedJob> after) {
        after.forEach((id, loaded) -> {
            LoadedJob old = before.get(id);
            if (old == null) {
                LOG.info("Job automation={} loaded from {}", id, loaded.file());
            } else if (!old.fingerprint().equals(loaded.fingerprint())) {
                LOG.info("Job automation={} changed in {}", id, loaded.file());
            }
        });
        before.keySet().stream()
                .filter(id -> !after.containsKey(id))
                .forEach(id -> LOG.info("Job automation={} removed", id));
    }

    /** The job of that id, as it runs now. */
    Optional<JobFile> find(String id) {
        return Optional.ofNullable(jobs.get(id)).map(LoadedJob::job);
    }

    /** All jobs, by id. */
    Collection<LoadedJob> all() {
        return jobs.values();
    }

    /** The fingerprint of each file by its name, also of those that are not usable. */
    synchronized Map<String, String> fingerprints() {
        Map<String, String> fingerprints = new TreeMap<>();
        ofFiles.values().forEach(job -> fingerprints.put(nameOf(job.file()), job.fingerprint()));
        broken.forEach(file -> fingerprints.put(nameOf(file.file()), file.fingerprint()));
        return fingerprints;
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    /**
     * Whether it knows all jobs there are. A file or folder that cannot be read may hold the one that is missed here;
     * another server may know it.
     */
    boolean isWhole() {
        return broken.isEmpty() && away == null;
    }

    /** Why the folder cannot be read, with what to do; empty while it is there. */
    Optional<String> away() {
        return Optional.ofNullable(away);
    }

    /** Files that are not usable as they are. */
    List<BrokenJobFile> broken() {
        return broken;
    }
}
