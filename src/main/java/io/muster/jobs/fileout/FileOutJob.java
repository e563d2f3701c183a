package io.muster.jobs.fileout;

import io.muster.extract.combine.Combining;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.extract.transform.Transforms;
import io.muster.jobs.FencedTransactions;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A file that goes out, as a Spring Batch job: {@code extract} gathers the rows, {@code write} makes the file of them here,
 * {@code put} sends it under another name and renames it once it is there as a whole. Each step leaves a file in the run's
 * folder that appears when it is complete: an attempt that goes on begins with the first step whose file is missing.
 */
public final class FileOutJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "fileOut";

    private final JobRepository repository;
    private final FileOutStores stores;

    /** Makes jobs on those stores. */
    public FileOutJob(JobRepository repository, FileOutStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    private interface Work {
        void run() throws IOException;
    }

    /** The job of one attempt, with the run's own folder. */
    public Job of(RunLease lease, Path folder, Progress progress) {
        FileOutSpec spec = stores.json().readValue(lease.run().spec(), FileOutSpec.class);
        return new JobBuilder(NAME, repository)
                .start(step("extract", progress, () -> extract(lease, spec, folder)))
                .next(step("write", progress, () -> write(lease, spec, folder)))
                .next(step("put", progress, () -> put(lease, spec, folder)))
                .build();
    }

    private Step step(String name, Progress progress, Work work) {
        return new StepBuilder(name, repository)
                .tasklet((contribution, context) -> {
                    progress.step(name);
                    work.run();
                    return RepeatStatus.FINISHED;
                })
                .build();
    }

    private void extract(RunLease lease, FileOutSpec spec, Path folder) {
        Path rows = folder.resolve("input");
        if (Files.exists(rows)) {
            return;
        }

        Set<String> needed = Transforms.needed(spec.transforms(), new LinkedHashSet<>(spec.columns()));
        Combining.Result result = new Combining(stores.records(), folder, () -> goOn(lease))
                .extract(spec.extraction(), null, needed, folder.resolve("extracted"));
        fenced(lease)
                .executeWithoutResult(
                        ignored -> stores.watermarks().note(lease.run().number(), result.watermarks()));
        move(folder.resolve("extracted"), rows);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write " + to + ": " + e.getMessage() + ". Check the disk, then resume the run.", e);
        }
    }

    private TransactionTemplate fenced(RunLease lease) {
        return new TransactionTemplate(new FencedTransactions(stores.transactions(), stores.runs(), lease));
    }

    private static void goOn(RunLease lease) {
        if (lease.stopRequested()) {
            throw new RunStopped();
        }
    }

    /** The report is stored before the file has its name: with the file there is the report. */
    private void write(RunLease lease, FileOutSpec spec, Path folder) throws IOException {
        Path out = folder.resolve("output");
        if (Files.exists(out)) {
            return;
        }

        OutFile file = new OutFile(spec, stores.json(), () -> goOn(lease));
        Path written = folder.resolve("written");
        file.write(
                folder.resolve("input"),
                written,
                Instant.ofEpochMilli(lease.run().moment()));
        String place;
        try (FileSource to = stores.files().open(spec.to())) {
            place = to.location();
        }

        FileOutReport report = new FileOutReport(
                name(spec, lease.run()),
                place,
                file.read(),
                file.written(),
                file.skipped(),
                file.rejected(),
                Files.size(written),
                hash(written),
                file.warnings());
        stores.runs().report(lease.run().number(), lease.epoch(), stores.json().writeValueAsString(report));
        move(written, out);
    }

    private void put(RunLease lease, FileOutSpec spec, Path folder) throws IOException {
        goOn(lease);
        Path out = folder.resolve("output");
        String name = name(spec, lease.run());
        try (FileSource to = stores.files().open(spec.to())) {
            boolean taken = !to.put(out, name, "." + name + "." + lease.run().id() + ".part");
            if (taken && !isSame(to, name, out, folder.resolve("there"))) {
                throw Refusal.failed(
                                "FILE_EXISTS",
                                "Cannot write the file " + name + " to " + to.location()
                                        + ": there is another file of that name, and none is ever overwritten. Move it"
                                        + " away and resume the run, or abandon the run.")
                        .with("file", name);
            }
        }
    }

    /** An earlier attempt may have come as far as this. */
    private static boolean isSame(FileSource to, String name, Path out, Path copy) throws IOException {
        long size = Files.size(out);
        for (SourceFile file : to.list()) {
            if (file.name().equals(name) && file.size() == size) {
                to.fetch(file, copy);
                return hash(copy).equals(hash(out));
            }
        }

        return false;
    }

    private static String name(FileOutSpec spec, Run run) {
        ZonedDateTime moment = Instant.ofEpochMilli(run.moment()).atZone(spec.zone());
        return spec.name()
                .replace(
                        "{date}",
                        DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).format(moment))
                .replace(
                        "{time}",
                        DateTimeFormatter.ofPattern("HHmmss", Locale.ROOT).format(moment))
                .replace("{run}", run.id());
    }

    private static String hash(Path file) throws IOException {
        var digest = Sha256.digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }

        return HexFormat.of().formatHex(digest.digest());
    }
}
