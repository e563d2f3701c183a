package io.muster.automation;

import io.muster.automation.Trigger.Repull;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.Visit;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.runs.ImportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One import job with a folder for its files, run as a process runs it. */
public final class JobsFixture implements AutoCloseable {

    private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");

    private final TestDatabase database;
    private final Path folder;
    private final DirectoryFixture directory;
    private ImportFixture process;

    /** With a directory of its own, whose contacts are known by their reference. */
    public JobsFixture(TestDatabase database, Path folder) throws IOException {
        this.database = database;
        this.folder = folder;
        this.process = new ImportFixture(database, folder, JobRunsConfiguration.class);
        this.directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.createDirectories(folder.resolve("jobs"));
        Files.createDirectories(inbox());
        job("");
    }

    /** Ends the process; the next one goes on with the same database, jobs and files. */
    public void restart() {
        process.close();
        process = new ImportFixture(database, folder, JobRunsConfiguration.class);
    }

    /** The folder that the job takes files from. */
    public Path inbox() {
        return folder.resolve("inbox");
    }

    /** The directory that the job imports into. */
    public DirectoryFixture directory() {
        return directory;
    }

    /** The id of the job. */
    public String id() {
        return "nightly-" + directory.id();
    }

    /** Writes the job with more keys after the usual ones; files need not be stable where it says nothing of files. */
    public void job(String more) throws IOException {
        job("{type: folder, folder: \"" + inbox() + "\"}", more);
    }

    /** Writes the job with that source. */
    public void job(String source, String more) throws IOException {
        String files = more.contains("files:") ? "" : "files: {stable-for: 0s}\n";
        Files.writeString(
                folder.resolve("jobs/nightly.yaml"),
                """
                kind: contact-import
                id: %s
                name: Nightly contacts
                source: %s
                target: {directory: %s}
                """.formatted(id(), source, TestDatabase.IDS.directory(directory.id())) + files + more);
    }

    /** Delivers a file, changed so many hours after the first one. */
    public Path deliver(String name, int hours, String... lines) throws IOException {
        Path file = Files.writeString(inbox().resolve(name), String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(file, FileTime.from(FIRST.plusSeconds(3_600L * hours)));
        return file;
    }

    /** Delivers a file with one contact of that reference and first name. */
    public Path contact(String name, int hours, String reference, String firstName) throws IOException {
        return deliver(name, hours, "ExternalDataReference,FirstName", reference + "," + firstName);
    }

    /** Delivers a file that no run can import. */
    public Path broken(String name, int hours) throws IOException {
        return deliver(name, hours, "FirstName,FirstName", "a,b");
    }

    /** Runs the job as its schedule does. */
    public Visit run() {
        return run(new Trigger.Recovery());
    }

    /** Runs the job as a person does. */
    public Visit byHand(@Nullable String file, Repull repull) {
        return run(new Trigger.ByHand(Actor.commandLine("tester"), file == null ? null : Path.of(file), repull));
    }

    private Visit run(Trigger trigger) {
        return run(trigger, Progress.NONE);
    }

    /** Runs the job, with that progress told. */
    public Visit run(Trigger trigger, Progress progress) {
        return bean(ContactImportRuns.class).run(job(), trigger, progress);
    }

    /** The job as its file says. */
    public ContactImportJob job() {
        return (ContactImportJob) bean(JobFiles.class).find(id()).job();
    }

    /** A part of the process. */
    public <T> T bean(Class<T> type) {
        return process.bean(type);
    }

    /** Names of the files in a folder. */
    public static List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
