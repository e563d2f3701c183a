package io.muster.automation.jobfile;

import io.muster.support.Refusal;
import io.muster.support.document.Place;
import io.muster.support.document.Problem;
import io.muster.support.document.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The job files of a folder: every {@code *.yaml} and {@code *.yml} directly in it that does not begin with a dot.
 * Nothing is kept between calls, so each one sees the files as they are.
 */
public final class JobFiles {

    /** A file as read: a job, or what is wrong with it. */
    public sealed interface Content permits LoadedJob, BrokenJobFile {}

    private final Path folder;
    private final JobFileReader reader = new JobFileReader();

    /** The job files of that folder, which need not exist. */
    public JobFiles(Path folder) {
        this.folder = folder;
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Everything in the folder. Files that share an id are all broken, since it is unknown which one is meant. */
    public JobFolder load() {
        List<LoadedJob> jobs = new ArrayList<>();
        List<BrokenJobFile> broken = new ArrayList<>();
        for (Path file : files()) {
            switch (content(file)) {
                case LoadedJob loaded -> jobs.add(loaded);
                case BrokenJobFile one -> broken.add(one);
            }
        }

        Map<String, List<LoadedJob>> byId = jobs.stream()
                .collect(Collectors.groupingBy(loaded -> loaded.job().id(), TreeMap::new, Collectors.toList()));
        List<LoadedJob> usable = new ArrayList<>();
        byId.forEach((id, same) -> {
            if (same.size() == 1) {
                usable.add(same.getFirst());
            } else {
                same.forEach(loaded -> broken.add(sharesId(loaded, same)));
            }
        });
        broken.sort(Comparator.comparing(BrokenJobFile::file));
        return new JobFolder(usable, broken);
    }

    /**
     * Everything in the folder, for a process that goes on with what it knows while the folder is away.
     *
     * @throws Refusal when the folder is not there or cannot be listed
     */
    public JobFolder loadPresent() {
        JobFolder loaded = load();
        // Asked afterwards: one that goes away meanwhile has lost some of its files, or all.
        if (!Files.isDirectory(folder)) {
            throw Refusal.failed("Cannot read the job files in " + folder
                    + ": the folder is not there, or cannot be reached. Mount it again, or set MUSTER_JOBS to where"
                    + " it is.");
        }

        return loaded;
    }

    /** What the file system calls the folder, whatever its path: another one after it was replaced; null where it says nothing. */
    public @Nullable Object identity() {
        try {
            return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        } catch (IOException ignored) {
            return null;
        }
    }

    /**
     * One file, in the folder or elsewhere.
     *
     * @throws Refusal (usage) when it cannot be read, is not a usable job file or shares its id with another file of
     *     the folder
     */
    public LoadedJob load(Path file) {
        return switch (content(file)) {
            case LoadedJob loaded -> {
                refuseSharedId(loaded);
                yield loaded;
            }
            case BrokenJobFile broken -> throw refused(broken);
        };
    }

    /**
     * The job that a person names: by the path of its file, or by its id.
     *
     * @throws Refusal (usage) when there is none, or its file is not usable
     */
    public LoadedJob find(String job) {
        Path path = Path.of(job);
        if (job.endsWith(".yaml") || job.endsWith(".yml") || path.getNameCount() > 1 || Files.isRegularFile(path)) {
            return load(path);
        }

        JobFolder all = load();
        return all.find(job).orElseThrow(() -> {
            String ids = all.jobs().stream().map(loaded -> loaded.job().id()).collect(Collectors.joining(", "));
            String broken = all.broken().isEmpty()
                    ? ""
                    : " %d files there are not usable: ./muster jobs check shows why."
                            .formatted(all.broken().size());
            return Refusal.usage("Cannot find the job '%s': no job file in %s has that id. %s%s"
                    .formatted(
                            job,
                            folder,
                            ids.isEmpty() ? "Write one, see docs/job-files.md." : "There are " + ids + ".",
                            broken));
        });
    }

    /** Everything that is wrong with a file, in the order of the file; empty when it is usable. */
    public List<Problem> check(Path file) {
        return switch (content(file)) {
            case LoadedJob loaded -> sharedId(loaded, folderBeside(List.of(file)));
            case BrokenJobFile broken -> broken.problems();
        };
    }

    /**
     * Checks files together, each as {@link #check(Path)} does and against the ids of the others. One that cannot be read
     * is broken like any other.
     */
    public List<Content> check(List<Path> files) {
        List<Content> contents = files.stream().distinct().map(this::content).toList();
        List<LoadedJob> others = new ArrayList<>(folderBeside(files));
        contents.forEach(content -> {
            if (content instanceof LoadedJob loaded) {
                others.add(loaded);
            }
        });
        return contents.stream().map(content -> unique(content, others)).toList();
    }

    private static Content unique(Content content, List<LoadedJob> others) {
        if (!(content instanceof LoadedJob loaded)) {
            return content;
        }

        List<Problem> problems = sharedId(loaded, others);
        return problems.isEmpty() ? loaded : new BrokenJobFile(loaded.file(), loaded.fingerprint(), problems);
    }

    /** Usable jobs of the folder in files other than these. */
    private List<LoadedJob> folderBeside(List<Path> files) {
        Set<Path> known = files.stream().map(JobFiles::real).collect(Collectors.toSet());
        List<LoadedJob> loaded = new ArrayList<>();
        for (Path file : files()) {
            if (!known.contains(real(file)) && content(file) instanceof LoadedJob job) {
                loaded.add(job);
            }
        }

        return loaded;
    }

    /** Job files in the folder, by name. */
    public List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }

        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(JobFiles::isJobFile)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw Refusal.failed(
                    "Cannot list the job files in %s: %s. Make the folder readable for the user that runs Muster."
                            .formatted(folder, failure.getMessage()),
                    failure);
        }
    }

    private static boolean isJobFile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    private static List<Problem> sharedId(LoadedJob loaded, List<LoadedJob> others) {
        Path own = real(loaded.file());
        List<LoadedJob> same = others.stream()
                .filter(other -> !real(other.file()).equals(own))
                .filter(other -> other.job().id().equals(loaded.job().id()))
                .toList();
        return same.isEmpty() ? List.of() : sharesId(loaded, same).problems();
    }

    private void refuseSharedId(LoadedJob loaded) {
        List<Problem> problems = sharedId(loaded, folderBeside(List.of(loaded.file())));
        if (!problems.isEmpty()) {
            throw refused(new BrokenJobFile(loaded.file(), loaded.fingerprint(), problems));
        }
    }

    private static BrokenJobFile sharesId(LoadedJob loaded, List<LoadedJob> same) {
        String others = same.stream()
                .map(LoadedJob::file)
                .filter(file -> !file.equals(loaded.file()))
                .map(Path::toString)
                .collect(Collectors.joining(", "));
        return new BrokenJobFile(
                loaded.file(),
                loaded.fingerprint(),
                List.of(new Problem(
                        Place.START,
                        "id",
                        "is '%s', which is also the id of %s. Give each automation an id of its own."
                                .formatted(loaded.job().id(), others))));
    }

    private static Refusal refused(BrokenJobFile broken) {
        return broken.refusal()
                .orElseGet(() ->
                        Refusal.usage("Cannot use the job file %s: %s".formatted(broken.file(), broken.summary())));
    }

    private Content content(Path file) {
        if (Files.isDirectory(file)) {
            return BrokenJobFile.unreadable(file, "it is a folder. Name a file in it.");
        }

        try (InputStream in = Files.newInputStream(file)) {
            return content(file, in.readNBytes(JobFileReader.MAX_BYTES + 1));
        } catch (NoSuchFileException ignored) {
            return BrokenJobFile.unreadable(file, "there is no such file. ./muster jobs lists them.");
        } catch (IOException failure) {
            return BrokenJobFile.unreadable(
                    file, failure.getClass().getSimpleName() + ". Make it readable for the user that runs Muster.");
        }
    }

    private Content content(Path file, byte[] bytes) {
        String fingerprint = fingerprint(bytes);
        Problems problems = new Problems();
        Optional<JobFile> job = reader.read(bytes, problems);
        return job.isPresent() && problems.isEmpty()
                ? new LoadedJob(file, fingerprint, job.get())
                : new BrokenJobFile(file, fingerprint, problems.sorted());
    }

    private static String fingerprint(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException ignored) {
            return file.toAbsolutePath().normalize();
        }
    }
}
