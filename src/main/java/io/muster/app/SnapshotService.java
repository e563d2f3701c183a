package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ProjectDefinition;
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
import io.muster.support.Attempts;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
        Attempts attempts = new Attempts();
        for (Project project : all()) {
            Integer directory = SnapshotStore.directoryOf(project);
            if (directory == null) {
                attempts.attempt(() -> snapshots.publishDefinitions(project).ifPresent(published::add));
            } else {
                linked.add(directory);
            }
        }

        linked.forEach(
                directory -> attempts.attempt(() -> published.addAll(publish(actor, directory, force, progress))));
        attempts.end();
        return new Snapshots(published);
    }

    private List<Project> all() {
        return projects.page(null, Integer.MAX_VALUE);
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
     * Publishes what changed of projects: their definitions alone, or with a new table where they need one. What was published
     * before stays in use where that fails, with the switches of now.
     */
    public void publishChanges(Actor actor, Collection<String> changed, Progress progress) {
        publishChanges(actor, changed.stream().distinct().map(projects::find).toList(), progress);
    }

    /** Publishes what changed of all projects. */
    public void publishAllChanges(Actor actor, Progress progress) {
        publishChanges(actor, all(), progress);
    }

    /** Definitions first, since they take no time; a table brings those of its directory that need it. */
    private void publishChanges(Actor actor, List<Project> changed, Progress progress) {
        Attempts attempts = new Attempts();
        TreeSet<Integer> needed = new TreeSet<>();
        for (Project project : changed) {
            Integer directory = SnapshotStore.directoryOf(project);
            attempts.attempt(() -> {
                if (snapshots.publishDefinitions(project).isEmpty() && directory != null) {
                    needed.add(directory);
                }
            });
        }

        for (int directory : needed) {
            attempts.attempt(() -> {
                var ignored = publish(actor, directory, false, progress);
            });
        }

        attempts.end();
    }

    /**
     * Begins to publish the table of a directory and its projects with it, and does not wait.
     *
     * @return the run that does it
     */
    public String begin(Actor actor, String directory, boolean force) {
        return begin(actor, directories.find(directory).number(), force);
    }

    private String begin(Actor actor, int directory, boolean force) {
        return runs.start(new RunRequest.Snapshot(directory, force), actor)
                .run()
                .id();
    }

    /**
     * Publishes what changed of a project as far as its definitions go alone; where they need a new table, that is begun, and
     * not waited for.
     *
     * @return the run that builds the table; nothing when all is published
     */
    public Optional<String> beginChanges(Actor actor, String changed) {
        Project project = projects.find(changed);
        Integer directory = SnapshotStore.directoryOf(project);
        return snapshots.publishDefinitions(project).isEmpty() && directory != null
                ? Optional.of(begin(actor, directory, false))
                : Optional.empty();
    }

    /** The same of all projects. */
    public void beginAllChanges(Actor actor) {
        Attempts attempts = new Attempts();
        all().forEach(project -> attempts.attempt(() -> {
            var ignored = beginChanges(actor, project.id());
        }));
        attempts.end();
    }

    /** The version in use of each project that has one, by the project's name. */
    public List<InUse> inUse() {
        return all().stream()
                .flatMap(project -> read(
                        project,
                        folder -> folder.inUse(project.id())
                                .map(used -> version(used, true, folder.isPinned(project.id()))))
                        .map(version -> new InUse(project.name(), version))
                        .stream())
                .toList();
    }

    /** A version in use, with the name of its project. */
    public record InUse(String name, Version version) {}

    /** The snapshots in use, of projects that exist. */
    public Snapshots list() {
        Set<String> existing = all().stream().map(Project::id).collect(Collectors.toSet());
        return new Snapshots(snapshots.list().stream()
                .filter(one -> existing.contains(one.project()))
                .toList());
    }

    /** The versions of a project that are kept, the newest first. */
    public List<Version> versions(String project) {
        Project found = projects.find(project);
        return read(found, folder -> {
            Optional<Manifest> inUse = folder.inUse(found.id());
            boolean pinned = folder.isPinned(found.id());
            return folder.versions(found.id()).stream()
                    .map(kept -> inUse.filter(used -> used.kept().equals(kept.version()))
                            .map(used -> version(used, true, pinned))
                            .orElseGet(() -> version(kept, false, false)))
                    .toList();
        });
    }

    private static Version version(Manifest manifest, boolean used, boolean pinned) {
        Published published = SnapshotStore.published(manifest);
        return new Version(
                manifest.project(),
                manifest.version(),
                published.contacts(),
                published.bytes(),
                used,
                pinned,
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
                    .orElseThrow(() -> neverPublished("verify", found.id()));
            folder.verify(manifest);
            return version(manifest, true, folder.isPinned(found.id()));
        });
    }

    /** Puts a version that is kept into use and keeps it there whatever is published; switches are those of now. */
    public Version pin(Actor actor, String project, String version) {
        return use(actor, "snapshot.pin", project, (folder, now) -> {
            Manifest used = folder.use(version, now);
            folder.pin(now.id());
            return used;
        });
    }

    /** Those of these projects of which a pinned version is in use, so that only switches act before it is unpinned. */
    public List<Version> pinned(Collection<String> some) {
        return some.stream()
                .distinct()
                .map(projects::find)
                .filter(project -> snapshots.folder().isPinned(project.id()))
                .flatMap(project -> read(project, folder -> folder.inUse(project.id())).stream())
                .map(used -> version(used, true, true))
                .toList();
    }

    /** Puts the newest version into use again, and those that are published from now on. */
    public Version unpin(Actor actor, String project) {
        return use(actor, "snapshot.unpin", project, (folder, now) -> {
            folder.unpin(now.id());
            return folder.use(
                    folder.versions(now.id()).stream()
                            .findFirst()
                            .orElseThrow(() -> neverPublished("unpin", now.id()))
                            .version(),
                    now);
        });
    }

    /** Puts the version before the one in use into use, with the switches of now; what is published next replaces it. */
    public Version rollBack(Actor actor, String project) {
        return use(actor, "snapshot.rollback", project, (folder, now) -> {
            String inUse = folder.inUse(now.id()).map(Manifest::kept).orElse("");
            if (folder.isPinned(now.id())) {
                throw Refusal.conflict(
                                "PINNED",
                                "Cannot roll the snapshot of %s back: version %s is pinned. Pin the version that is wanted, or unpin it first."
                                        .formatted(now.id(), inUse))
                        .with("project", now.id());
            }

            Manifest before = folder.versions(now.id()).stream()
                    .filter(one -> one.version().compareTo(inUse) < 0)
                    .findFirst()
                    .orElseThrow(
                            () -> Refusal.conflict(
                                    "NO_EARLIER_VERSION",
                                    "Cannot roll the snapshot back: no version before the one in use is kept. Publish a new one."));
            return folder.use(before.version(), now);
        });
    }

    private static Refusal neverPublished(String doing, String project) {
        return Refusal.notFound(
                "NO_SNAPSHOT",
                "Cannot %s the snapshot of %s: it was never published. Publish it.".formatted(doing, project));
    }

    private interface Using {

        Manifest use(SnapshotFolder folder, ProjectDefinition now) throws IOException;
    }

    private Version use(Actor actor, String action, String project, Using using) {
        Project found = projects.find(project);
        return projects.alone(
                found,
                current -> read(current, folder -> {
                    ProjectDefinition now =
                            snapshots.inForce(current).orElseThrow(() -> neverPublished("use", current.id()));
                    Manifest manifest = using.use(folder, now);
                    audit.enter(
                            actor,
                            action,
                            new AuditSubject(SnapshotStore.directoryOf(current), PublicId.PROJECT, current.number()),
                            Map.of("version", manifest.version()));
                    return version(manifest, true, folder.isPinned(current.id()));
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
