package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.snapshot.SnapshotReport;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.snapshot.build.Published;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** What evaluators decide from: published after changes and on demand, looked at, verified, pinned, put back. */
public final class SnapshotService {

    private final Directories directories;
    private final Projects projects;
    private final SnapshotStore snapshots;
    private final RunService runs;
    private final Audit audit;
    private final JsonMapper json;

    /** The snapshots of this answer. */
    public record Snapshots(List<Published> snapshots) {}

    /**
     * A version that is kept.
     *
     * @param inUse whether it is the one that evaluators are given
     * @param pinned whether it stays in use whatever is published
     * @param moment of its contacts
     */
    public record Version(
            String project,
            String version,
            long contacts,
            long bytes,
            boolean inUse,
            boolean pinned,
            boolean forced,
            Instant moment,
            Instant published) {}

    SnapshotService(
            Directories directories,
            Projects projects,
            SnapshotStore snapshots,
            RunService runs,
            Audit audit,
            JsonMapper json) {
        this.directories = directories;
        this.projects = projects;
        this.snapshots = snapshots;
        this.runs = runs;
        this.audit = audit;
        this.json = json;
    }

    /** Builds the table of a directory and publishes its projects with it. */
    public Snapshots publish(Actor actor, String directory, boolean force, Progress progress) {
        Directory found = directories.find(directory);
        return new Snapshots(publish(actor, found.number(), force, progress));
    }

    /** Publishes all projects in force, those without a directory as well. */
    public Snapshots publishAll(Actor actor, boolean force, Progress progress) {
        List<Published> published = new ArrayList<>();
        TreeSet<Integer> linked = new TreeSet<>();
        for (Project project : projects.page(null, Integer.MAX_VALUE)) {
            Integer directory = SnapshotStore.directoryOf(project);
            if (directory == null) {
                snapshots.publish(project, null, force).ifPresent(published::add);
            } else {
                linked.add(directory);
            }
        }

        linked.forEach(directory -> published.addAll(publish(actor, directory, force, progress)));
        return new Snapshots(published);
    }

    private List<Published> publish(Actor actor, int directory, boolean force, Progress progress) {
        Run run = runs.run(new RunRequest.Snapshot(directory, force), actor, progress);
        String report = run.report();
        if (run.status() != RunStatus.COMPLETED || report == null) {
            throw Refusal.failed(
                            "RUN_NOT_COMPLETED",
                            "Cannot publish the snapshots: run " + run.id() + " is " + run.status() + ". "
                                    + Optional.ofNullable(run.reason()).orElse("Look at it."))
                    .with("run", run.id());
        }

        return json.readValue(report, SnapshotReport.class).snapshots();
    }

    /**
     * Publishes what changed of a project: its definitions alone, or with a new table where they need one. What was published
     * before stays in use when that fails.
     */
    public void publishChanges(Actor actor, String project, Progress progress) {
        publishChanges(actor, projects.find(project), progress);
    }

    /** Publishes what changed of all projects. */
    public void publishAllChanges(Actor actor, Progress progress) {
        projects.page(null, Integer.MAX_VALUE).forEach(project -> publishChanges(actor, project, progress));
    }

    private void publishChanges(Actor actor, Project project, Progress progress) {
        Integer directory = SnapshotStore.directoryOf(project);
        if (snapshots.publishDefinitions(project).isEmpty() && directory != null) {
            var ignored = publish(actor, directory, false, progress);
        }
    }

    /** The snapshots in use. */
    public Snapshots list() {
        return new Snapshots(snapshots.list());
    }

    /** The versions of a project that are kept, the newest first. */
    public List<Version> versions(String project) {
        Project found = projects.find(project);
        return read(found, folder -> {
            String inUse = folder.manifest(found.id())
                    .map(Manifest::fromJson)
                    .map(Manifest::version)
                    .orElse("");
            boolean pinned = folder.isPinned(found.id());
            return folder.versions(found.id()).stream()
                    .map(manifest -> version(manifest, inUse, pinned))
                    .toList();
        });
    }

    private static Version version(Manifest manifest, String inUse, boolean pinned) {
        Published published = SnapshotStore.published(manifest);
        boolean used = manifest.version().equals(inUse);
        return new Version(
                manifest.project(),
                manifest.version(),
                published.contacts(),
                published.bytes(),
                used,
                used && pinned,
                manifest.forced(),
                Instant.ofEpochMilli(manifest.moment()),
                Instant.ofEpochMilli(manifest.published()));
    }

    /** Verifies every byte of the version in use; a refusal when something is wrong. */
    public Version verify(String project) {
        Project found = projects.find(project);
        return read(found, folder -> {
            Manifest manifest = folder.manifest(found.id())
                    .map(Manifest::fromJson)
                    .orElseThrow(() -> Refusal.notFound(
                            "NO_SNAPSHOT",
                            "Cannot verify the snapshot of " + found.called()
                                    + ": it was never published. Publish it."));
            folder.verify(manifest);
            return version(manifest, manifest.version(), folder.isPinned(found.id()));
        });
    }

    /** Puts a version that is kept into use and keeps it there whatever is published. */
    public Version pin(Actor actor, String project, String version) {
        return use(actor, "snapshot.pin", project, (folder, id) -> folder.pin(id, version));
    }

    /** Puts the newest version into use again, and those that are published from now on. */
    public Version unpin(Actor actor, String project) {
        return use(actor, "snapshot.unpin", project, SnapshotFolder::unpin);
    }

    /** Puts the version before the one in use into use; what is published next replaces it. */
    public Version rollBack(Actor actor, String project) {
        return use(actor, "snapshot.rollback", project, (folder, id) -> {
            String inUse = folder.manifest(id)
                    .map(Manifest::fromJson)
                    .map(Manifest::version)
                    .orElse("");
            Manifest before = folder.versions(id).stream()
                    .filter(one -> one.version().compareTo(inUse) < 0)
                    .findFirst()
                    .orElseThrow(
                            () -> Refusal.conflict(
                                    "NO_EARLIER_VERSION",
                                    "Cannot roll the snapshot back: no version before the one in use is kept. Publish a new one."));
            return folder.use(id, before.version());
        });
    }

    private interface Using {

        Manifest use(SnapshotFolder folder, String project) throws IOException;
    }

    private Version use(Actor actor, String action, String project, Using using) {
        Project found = projects.find(project);
        return projects.alone(
                found,
                current -> read(current, folder -> {
                    Manifest manifest = using.use(folder, current.id());
                    audit.enter(
                            actor,
                            action,
                            new AuditSubject(SnapshotStore.directoryOf(current), PublicId.PROJECT, current.number()),
                            Map.of("version", manifest.version()));
                    return version(manifest, manifest.version(), folder.isPinned(current.id()));
                }));
    }

    private interface Reading<T> {

        T read(SnapshotFolder folder) throws IOException;
    }

    private <T> T read(Project project, Reading<T> reading) {
        try {
            return reading.read(snapshots.folder());
        } catch (IOException e) {
            throw Refusal.failed(
                            "SNAPSHOT_UNREADABLE",
                            "Cannot use the snapshots of " + project.called() + ": " + e.getMessage()
                                    + ". Check the folder " + snapshots.folder().root() + ".")
                    .causedBy(e);
        }
    }
}
