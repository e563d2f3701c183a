package io.muster.app;

import io.muster.directory.Actor;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.snapshot.build.SnapshotStore;

/** Deletes projects with what was published of them. */
public final class ProjectDeletions {

    private final Projects projects;
    private final ProjectService views;
    private final SnapshotStore snapshots;

    ProjectDeletions(Projects projects, ProjectService views, SnapshotStore snapshots) {
        this.projects = projects;
        this.views = views;
        this.snapshots = snapshots;
    }

    /** What would be deleted; a refusal when that cannot be. */
    public ProjectView preview(String project) {
        Project found = projects.find(project);
        projects.checkDeletable(found);
        return views.show(found.id());
    }

    /** Deletes a project with its intercepts, so that evaluators know none of them any more; the answer is what it was. */
    public ProjectView delete(Actor actor, String project) {
        ProjectView before = preview(project);
        projects.delete(actor, projects.find(before.id()), snapshots::withdraw);
        return before;
    }
}
