package io.muster.web.console.projects;

import io.muster.access.Role;
import io.muster.app.InterceptView;
import io.muster.app.ProjectDeletions;
import io.muster.app.ProjectService;
import io.muster.app.ProjectView;
import io.muster.app.SnapshotService;
import io.muster.app.TargetService;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What can be done with a project, each over a question: apply, switch off and on, delete; and the switch of all projects. */
@Controller
final class ProjectActionsController {

    private static final String PROJECT = SeenProjects.PATH + "/{id:ZN_[0-9A-Za-z]+}";
    private static final String SWITCH = "/{action:pause|resume}";

    private final ConsolePages pages;
    private final SeenProjects seen;
    private final ProjectService projects;
    private final ProjectDeletions deletions;
    private final SnapshotService snapshots;
    private final TargetService targets;

    ProjectActionsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            ProjectDeletions deletions,
            SnapshotService snapshots,
            TargetService targets) {
        this.pages = pages;
        this.seen = seen;
        this.projects = projects;
        this.deletions = deletions;
        this.snapshots = snapshots;
        this.targets = targets;
    }

    private ModelAndView question(
            Viewer viewer, String title, ProjectView project, String action, String button, List<String> effects) {
        return pages.confirm(
                title,
                viewer,
                new Confirmation(
                        effects,
                        SeenProjects.address(project.id()) + "/" + action,
                        List.of(Field.hidden("seen", SeenProjects.seen(project))),
                        button,
                        SeenProjects.address(project.id())));
    }

    @GetMapping(PROJECT + "/apply")
    ModelAndView askToApply(Viewer viewer, @PathVariable String id) {
        ProjectView project = seen.find(viewer, id);
        List<String> effects = new ArrayList<>();
        String changes = project.changes().stream()
                .map(change -> Side.name(change.key()) + " “" + Side.text(change.applied()) + "” becomes “"
                        + Side.text(change.draft()) + "”")
                .collect(Collectors.joining("; "));
        effects.add(changes.isEmpty() ? "Of the project itself nothing changes." : "Of the project: " + changes + ".");
        Audiences audiences = new Audiences(targets, project);
        for (InterceptView intercept : project.intercepts()) {
            if (!intercept.changes().isEmpty() || !project.changes().isEmpty()) {
                effects.addAll(audiences.of(intercept));
            }
        }

        if (project.paused() || project.allPaused()) {
            effects.add("The project is switched off, and stays so: nothing of it is shown.");
        }

        effects.add("Evaluators have it within seconds; when a new table is needed, once a run has built it.");
        return question(viewer, "Apply project " + project.name(), project, "apply", "Apply", effects);
    }

    @PostMapping(PROJECT + "/apply")
    ModelAndView apply(Viewer viewer, @PathVariable String id, @RequestParam String seen) {
        ProjectView project = this.seen.find(viewer, id);
        SeenProjects.checkSeen(project, seen);
        var ignored = projects.apply(viewer.actor(), project.id());
        return published(viewer, project, "applied");
    }

    private ModelAndView published(Viewer viewer, ProjectView project, String done) {
        Optional<String> run = snapshots.beginChanges(viewer.actor(), project.id());
        return ConsolePages.goTo(SeenProjects.address(project.id()) + "?done=" + done
                + run.map(started -> "&run=" + started).orElse(""));
    }

    @GetMapping(PROJECT + SWITCH)
    ModelAndView askToSwitch(Viewer viewer, @PathVariable String id, @PathVariable String action) {
        ProjectView project = seen.find(viewer, id);
        boolean off = action.equals("pause");
        long active =
                project.intercepts().stream().filter(InterceptView::active).count();
        List<String> effects = new ArrayList<>();
        effects.add(
                off
                        ? "Of its %d active %s nothing is shown any more, at once and whatever snapshot is in use."
                                .formatted(active, active == 1 ? "intercept" : "intercepts")
                        : "Its %d active %s may be shown again, at once."
                                .formatted(active, active == 1 ? "intercept" : "intercepts"));
        effects.add("Intercepts keep their own switches, and drafts stay as they are.");
        if (project.allPaused()) {
            effects.add("All projects are switched off, and stay so.");
        }

        return question(
                viewer,
                (off ? "Switch off project " : "Switch on project ") + project.name(),
                project,
                action,
                off ? "Switch off" : "Switch on",
                effects);
    }

    @PostMapping(PROJECT + SWITCH)
    ModelAndView turn(Viewer viewer, @PathVariable String id, @PathVariable String action, @RequestParam String seen) {
        ProjectView project = this.seen.find(viewer, id);
        boolean off = action.equals("pause");
        // A switch that is set already is pressed twice without harm.
        if (project.paused() != off) {
            SeenProjects.checkSeen(project, seen);
            var ignored = projects.pause(viewer.actor(), project.id(), off);
        }

        return published(viewer, project, off ? "paused" : "resumed");
    }

    @GetMapping(PROJECT + "/delete")
    ModelAndView askToDelete(Viewer viewer, @PathVariable String id) {
        ProjectView project = deletions.preview(seen.find(viewer, id).id());
        return question(
                viewer,
                "Delete project " + project.name(),
                project,
                "delete",
                "Delete",
                List.of(
                        "The project and its %d intercepts are gone, with what was published of them."
                                .formatted(project.intercepts().size()),
                        "Evaluators know it no more. Contacts, touchpoints and responses stay.",
                        "It cannot be taken back."));
    }

    @PostMapping(PROJECT + "/delete")
    ModelAndView delete(Viewer viewer, @PathVariable String id, @RequestParam String seen) {
        ProjectView project = this.seen.find(viewer, id);
        SeenProjects.checkSeen(project, seen);
        var ignored = deletions.delete(viewer.actor(), project.id());
        return ConsolePages.goTo(SeenProjects.PATH);
    }

    @GetMapping(SeenProjects.PATH + SWITCH)
    ModelAndView askToSwitchAll(Viewer viewer, @PathVariable String action) {
        viewer.require(Role.ADMINISTER);
        boolean off = action.equals("pause");
        return pages.confirm(
                off ? "Switch off all projects" : "Switch on all projects",
                viewer,
                new Confirmation(
                        List.of(
                                off
                                        ? "No intercept of any project is shown any more, at once."
                                        : "Intercepts may be shown again, at once, of each project that is not switched off itself.",
                                "Each project keeps its own switch."),
                        SeenProjects.PATH + "/" + action,
                        List.of(),
                        off ? "Switch off" : "Switch on",
                        SeenProjects.PATH));
    }

    @PostMapping(SeenProjects.PATH + SWITCH)
    ModelAndView turnAll(Viewer viewer, @PathVariable String action) {
        viewer.require(Role.ADMINISTER);
        projects.pauseAll(viewer.actor(), action.equals("pause"));
        snapshots.beginAllChanges(viewer.actor());
        return ConsolePages.goTo(SeenProjects.PATH);
    }
}
