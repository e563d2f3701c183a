package io.muster.automation.workflow;

import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.contactimport.Visit;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.ImportFixture;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/** One workflow with folders for its files, run as a process runs it. */
final class WorkflowFixture implements AutoCloseable {

    static final Actor TESTER = Actor.commandLine("tester");

    private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");

    private final TestDatabase database;
    private final Path folder;
    private final DirectoryFixture directory;
    private ImportFixture process;

    /** With a directory of its own, whose contacts are known by their reference. */
    WorkflowFixture(TestDatabase database, Path folder) throws IOException {
        this.database = database;
        this.folder = folder;
        this.process = new ImportFixture(database, folder, JobRunsConfiguration.class);
        this.directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.createDirectories(folder.resolve("jobs"));
    }

    /** Ends the process; the next one goes on with the same database, jobs and files. */
    void restart() {
        process.close();
        process = new ImportFixture(database, folder, JobRunsConfiguration.class);
    }

    DirectoryFixture directory() {
        return directory;
    }

    String id() {
        return "flow-" + directory.id();
    }

    /** Writes the workflow with these tasks; {@code DIRECTORY} and {@code FOLDER} stand for those of the test. */
    void tasks(String tasks) throws IOException {
        Files.writeString(
                folder.resolve("jobs/flow.yaml"),
                """
                kind: workflow
                id: %s
                name: Flow
                tasks:
                """.formatted(id())
                        + tasks.replace("DIRECTORY", TestDatabase.IDS.directory(directory.id()))
                                .replace("FOLDER", folder.toString())
                                .indent(2));
    }

    /** Puts a file into a folder of the test, changed so many hours after the first one. */
    Path file(String in, String name, int hours, String... lines) throws IOException {
        Path inbox = Files.createDirectories(folder.resolve(in));
        Path file = Files.writeString(inbox.resolve(name), String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(file, FileTime.from(FIRST.plusSeconds(3_600L * hours)));
        return file;
    }

    Path path(String in) throws IOException {
        return Files.createDirectories(folder.resolve(in));
    }

    WorkflowJob job() {
        return (WorkflowJob) bean(JobFiles.class).find(id()).job();
    }

    /** Runs the workflow as a person does. */
    Visit run() {
        return run(new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY));
    }

    Visit run(Trigger trigger) {
        return bean(WorkflowRuns.class).run(job(), trigger, Progress.NONE);
    }

    /** Takes a run back. */
    void undo(Run run) {
        RunService runs = bean(RunService.class);
        Run undo = runs.await(runs.start(new RunRequest.Undo(run.number()), TESTER, Progress.NONE)
                .run());
        if (undo.status() != RunStatus.COMPLETED) {
            throw new AssertionError(undo.reason());
        }
    }

    /** The kinds and ends of the runs of a visit. */
    static List<String> told(Visit visit) {
        return visit.runs().stream()
                .map(run -> run.kind().key() + " " + run.status())
                .toList();
    }

    /** The only run of a visit, which has completed. */
    static Run completed(Visit visit) {
        Run run = visit.runs().getFirst();
        if (visit.runs().size() != 1 || run.status() != RunStatus.COMPLETED) {
            throw new AssertionError(visit.runs().stream()
                    .map(one -> one.status() + " " + one.reason())
                    .toList());
        }

        return run;
    }

    static List<Long> counts(Run run) {
        return List.of(
                run.imported().read(),
                run.imported().counts().created(),
                run.imported().counts().updated(),
                run.imported().counts().unchanged(),
                run.imported().counts().rejected(),
                run.imported().counts().skipped());
    }

    /** The contacts of the directory: reference, first name, embedded data. */
    List<String> contacts() {
        return database.jdbc()
                .sql("SELECT CONCAT_WS('|', ext_ref, first_name, embedded) FROM contact WHERE directory_id = ?"
                        + " ORDER BY number")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    <T> T bean(Class<T> type) {
        return process.bean(type);
    }

    @Override
    public void close() {
        process.close();
    }
}
