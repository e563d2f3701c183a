package io.muster.app;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobSource;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobRegister;
import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.extract.drop.DroppedFile;
import io.muster.extract.drop.DroppedFile.State;
import io.muster.extract.drop.DroppedFiles;
import io.muster.extract.drop.DroppedFiles.Dropped;
import io.muster.extract.drop.DroppedFiles.Upload;
import io.muster.extract.drop.DroppedName;
import io.muster.jobs.Automations;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The files that callers send for automations whose source is the file drop. */
public final class FileDropService {

    private final JobFiles files;
    private final JobRegister register;
    private final Automations automations;
    private final DroppedFiles drops;
    private final Directories directories;
    private final Duration keep;
    private final InstantSource clock;
    private final Ids ids;

    FileDropService(
            JobFiles files,
            JobRegister register,
            Automations automations,
            DroppedFiles drops,
            Directories directories,
            Duration keep,
            InstantSource clock,
            Ids ids) {
        this.files = files;
        this.register = register;
        this.automations = automations;
        this.drops = drops;
        this.directories = directories;
        this.keep = keep;
        this.clock = clock;
        this.ids = ids;
    }

    /** An automation that takes files. */
    public record Target(String id, String name) {}

    /** A sent file. */
    public record FileView(
            String id,
            String name,
            long size,
            String state,
            Instant uploaded,
            @Nullable Instant processed,
            @Nullable String runId,
            String sha256,
            String uploader,
            String host) {}

    /**
     * What became of an upload.
     *
     * @param repeated whether the file was there already, waiting
     * @param replaced the waiting file that it has replaced; null for none
     */
    public record Put(
            FileView file, boolean repeated, @Nullable String replaced) {}

    /** A job that takes files, and its automation's numeric id. */
    private record Job(ContactImportJob job, long automation) {

        JobSource.Drop source() {
            return (JobSource.Drop) job.source();
        }
    }

    /** The automations that take files, by their names in the job files. */
    public List<Target> automations() {
        return files.load().jobs().stream()
                .filter(loaded -> isDrop(loaded))
                .sorted(Comparator.comparing(loaded -> loaded.job().id()))
                .map(loaded -> new Target(
                        ids.of(
                                PublicId.AUTOMATION,
                                automations.number(loaded.job().id())),
                        loaded.job().name()))
                .toList();
    }

    private static boolean isDrop(LoadedJob loaded) {
        return loaded.job() instanceof ContactImportJob job && job.source() instanceof JobSource.Drop;
    }

    /** @param automation {@code AU_…}, or the id in the job file */
    private Job job(String automation) {
        OptionalLong number = ids.read(PublicId.AUTOMATION, automation);
        Optional<String> name = number.isPresent() ? automations.name(number.getAsLong()) : Optional.of(automation);
        LoadedJob loaded = name.flatMap(one -> files.load().find(one))
                .filter(FileDropService::isDrop)
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_AUTOMATION",
                                "Cannot find the automation '" + automation
                                        + "': no job file with the source drop has that id. Ask for the automations that take files.")
                        .with("automation", automation));
        var ignored = register.seen(List.of(loaded));
        ContactImportJob job = (ContactImportJob) loaded.job();
        return new Job(job, automations.number(job.id()));
    }

    private DroppedFile find(Job job, String file) {
        OptionalLong number = ids.read(PublicId.DROPPED_FILE, file);
        return (number.isPresent() ? drops.find(job.automation(), number.getAsLong()) : Optional.<DroppedFile>empty())
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_FILE",
                                "Cannot find the file '" + file + "': "
                                        + job.job().id()
                                        + " has none of that id, or it is not kept any more. Ask for the files there are.")
                        .with("file", file));
    }

    /**
     * Takes a file; when this returns, it is durable.
     *
     * @param name as the caller says; its last part counts
     * @param expected the number of bytes as far as it is known, else 0
     * @throws IOException when the sender fails; nothing is left then
     */
    public Put put(Actor actor, String automation, String name, InputStream content, long expected) throws IOException {
        Job job = job(automation);
        Upload upload = new Upload(
                job.automation(),
                DroppedName.of(name),
                job.job().format().maxSize().toBytes(),
                clock.instant().plus(Objects.requireNonNullElse(job.source().keep(), keep)),
                actor);
        Dropped dropped = drops.take(upload, content, expected);
        DroppedFile replaced = dropped.replaced();
        return new Put(view(dropped.file()), dropped.repeated(), replaced == null ? null : replaced.id());
    }

    /** The id of the directory of an automation that takes files; what its job file says where there is no such directory. */
    public String directory(String automation) {
        String named = job(automation).job().loading().target().directory();
        try {
            return directories.find(named).id();
        } catch (Refusal refusal) {
            return named;
        }
    }

    /** Files of an automation in the order in which they came. */
    public Page<FileView> list(String automation, State state, @Nullable String after, int most) {
        Job job = job(automation);
        long from = after == null ? 0 : find(after);
        return Page.of(drops.list(job.automation(), state, from, most + 1), most, DroppedFile::id)
                .map(this::view);
    }

    private long find(String cursor) {
        return ids.read(PublicId.DROPPED_FILE, cursor)
                .orElseThrow(() -> Refusal.invalid(
                        "BAD_CURSOR",
                        "Cannot go on after '" + cursor + "': that is the id of no file. Take one of the list."));
    }

    /** One file. */
    public FileView show(String automation, String file) {
        return view(find(job(automation), file));
    }

    /** The content of a file as it was sent. */
    public InputStream open(String automation, String file) {
        return drops.open(find(job(automation), file));
    }

    /** Deletes a file, unless a run works on it. */
    public FileView delete(Actor actor, String automation, String file) {
        DroppedFile found = find(job(automation), file);
        drops.delete(found, actor);
        return view(found);
    }

    private FileView view(DroppedFile file) {
        Long run = file.run();
        return new FileView(
                file.id(),
                file.name(),
                file.size(),
                file.state().name().toLowerCase(Locale.ROOT),
                file.uploaded(),
                file.processed(),
                run == null ? null : ids.run(run),
                file.sha256(),
                file.uploader().name(),
                file.content().host());
    }
}
