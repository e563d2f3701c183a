package io.muster.web.console.projects;

import io.muster.access.Role;
import io.muster.access.User.UserDirectory;
import io.muster.app.InterceptView;
import io.muster.app.Page;
import io.muster.app.ProjectService;
import io.muster.app.ProjectView;
import io.muster.intercept.Difference;
import io.muster.support.Refusal;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Projects as a viewer sees them: who manages some directories only sees the projects that are linked to these, as a draft and as
 * applied; of others there is nothing.
 */
final class SeenProjects {

    static final String PATH = "/projects";

    private static final String DIRECTORY = "directory";

    private final ProjectService projects;

    SeenProjects(ProjectService projects) {
        this.projects = projects;
    }

    /** The address of a project. */
    static String address(String project) {
        return PATH + "/" + project;
    }

    /** The address of an intercept. */
    static String address(InterceptView intercept) {
        return address(intercept.project()) + "/intercepts/" + intercept.id();
    }

    /** The project of that id. */
    ProjectView find(Viewer viewer, String id) {
        viewer.require(Role.MANAGE);
        ProjectView project = projects.show(id);
        // Addresses have ids; a project may be named like the id of another one.
        if (!project.id().equals(id) || !sees(viewer, project)) {
            throw Refusal.notFound("UNKNOWN_PROJECT", "There is no project " + id + ".");
        }

        return project;
    }

    /** The intercept of that id, in that project. */
    InterceptView intercept(ProjectView project, String id) {
        return project.intercepts().stream()
                .filter(intercept -> intercept.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.notFound("UNKNOWN_INTERCEPT", "There is no intercept " + id + " in this project."));
    }

    /** Some of the projects, by name, as many as fit a page. */
    Page<ProjectView> list(Viewer viewer, @Nullable String after, int most) {
        viewer.require(Role.MANAGE);
        if (viewer.directories() == null) {
            return projects.list(after, most);
        }

        List<ProjectView> seen = new ArrayList<>();
        Page<ProjectView> page = projects.list(after, most);
        String last = after;
        while (true) {
            for (ProjectView project : page.items()) {
                if (sees(viewer, project)) {
                    if (seen.size() == most) {
                        return new Page<>(seen, last);
                    }

                    seen.add(project);
                }

                last = project.id();
            }

            String next = page.next();
            if (next == null) {
                return new Page<>(seen, null);
            }

            page = projects.list(next, most);
        }
    }

    private static boolean sees(Viewer viewer, ProjectView project) {
        List<UserDirectory> own = viewer.directories();
        return own == null || (has(own, project.directory()) && has(own, applied(project)));
    }

    private static boolean has(List<UserDirectory> own, @Nullable String directory) {
        return own.stream().anyMatch(one -> one.id().equals(directory));
    }

    /** The directory that is in force; the draft's before anything is. */
    static @Nullable String applied(ProjectView project) {
        return project.version() == 0
                ? project.directory()
                : project.changes().stream()
                        .filter(change -> change.key().equals(DIRECTORY))
                        .findFirst()
                        .map(Difference::applied)
                        .map(JsonNode::asString)
                        .orElseGet(() -> project.changes().stream()
                                        .anyMatch(change -> change.key().equals(DIRECTORY))
                                ? null
                                : project.directory());
    }

    /** Whether somebody may link a project to no directory, or takes it from all who manage some. */
    static boolean managesAll(Viewer viewer) {
        return viewer.directories() == null;
    }

    /** What was known of drafts when a question was put: another one means that somebody has changed them. */
    static String seen(ProjectView project) {
        List<Object> known = new ArrayList<>();
        known.add(project.version());
        known.add(project.paused());
        known.add(project.allPaused());
        known.add(project.changes());
        project.intercepts().forEach(intercept -> {
            known.add(intercept.id());
            known.add(intercept.active());
            known.add(intercept.changes());
        });
        return Integer.toHexString(known.hashCode());
    }

    /** Refuses what was asked of another state than that of now. */
    static void checkSeen(ProjectView project, String seen) {
        if (!seen(project).equals(seen)) {
            throw Refusal.conflict(
                    "MOVED_ON",
                    "The project " + project.name()
                            + " was changed since this was asked. Nothing was done; go back and look at it again.");
        }
    }
}
