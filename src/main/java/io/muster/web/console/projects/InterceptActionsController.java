package io.muster.web.console.projects;

import io.muster.app.InterceptView;
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
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What can be done with an intercept, each over a question. */
@Controller
final class InterceptActionsController {

    private static final String ACTION = SeenProjects.PATH
            + "/{id:ZN_[0-9A-Za-z]+}/intercepts/{intercept:SI_[0-9A-Za-z]+}/{action:apply|activate|deactivate|delete}";

    private final ConsolePages pages;
    private final SeenProjects seen;
    private final ProjectService projects;
    private final SnapshotService snapshots;
    private final TargetService targets;

    InterceptActionsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            SnapshotService snapshots,
            TargetService targets) {
        this.pages = pages;
        this.seen = seen;
        this.projects = projects;
        this.snapshots = snapshots;
        this.targets = targets;
    }

    @GetMapping(ACTION)
    ModelAndView ask(
            Viewer viewer, @PathVariable String id, @PathVariable String intercept, @PathVariable String action) {
        ProjectView project = seen.find(viewer, id);
        InterceptView found = seen.intercept(project, intercept);
        String button = Character.toUpperCase(action.charAt(0)) + action.substring(1);
        return pages.confirm(
                button + " intercept " + found.name(),
                viewer,
                new Confirmation(
                        effects(project, found, action),
                        SeenProjects.address(found) + "/" + action,
                        List.of(Field.hidden("seen", SeenProjects.seen(project))),
                        button,
                        SeenProjects.address(found)));
    }

    private List<String> effects(ProjectView project, InterceptView intercept, String action) {
        List<String> effects = new ArrayList<>();
        switch (action) {
            case "apply" -> {
                effects.addAll(new Audiences(targets, project).of(intercept));
                effects.add("Evaluators have it within seconds; when a new table is needed, once a run has built it.");
            }
            case "activate" -> {
                if (!intercept.applied()) {
                    effects.add("It was never applied, so that its draft comes into force with this.");
                    effects.addAll(new Audiences(targets, project).of(intercept));
                }

                effects.add("It is shown at once to those that it is for, as long as the project is on.");
            }
            case "deactivate" -> effects.add("It is not shown any more, at once and whatever snapshot is in use.");
            default -> {
                var ignored = projects.deletable(List.of(intercept.id()));
                effects.add("The intercept is gone with its draft, and evaluators know it no more.");
                effects.add("Touchpoints and responses of contacts stay. It cannot be taken back.");
            }
        }

        if (project.paused() || project.allPaused()) {
            effects.add("The project is switched off, and stays so: nothing of it is shown.");
        }

        return effects;
    }

    @PostMapping(ACTION)
    ModelAndView act(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String intercept,
            @PathVariable String action,
            @RequestParam String seen) {
        ProjectView project = this.seen.find(viewer, id);
        InterceptView found = this.seen.intercept(project, intercept);
        SeenProjects.checkSeen(project, seen);
        List<String> one = List.of(found.id());
        switch (action) {
            case "apply" -> {
                var ignored = projects.applyIntercepts(viewer.actor(), one);
            }
            case "activate" -> {
                var ignored = projects.activate(viewer.actor(), one, true);
            }
            case "deactivate" -> {
                var ignored = projects.activate(viewer.actor(), one, false);
            }
            default -> {
                var ignored = projects.delete(viewer.actor(), one);
            }
        }

        Optional<String> run = snapshots.beginChanges(viewer.actor(), project.id());
        String address = action.equals("delete") ? SeenProjects.address(project.id()) : SeenProjects.address(found);
        return ConsolePages.goTo(address + "?done=" + action
                + run.map(started -> "&run=" + started).orElse(""));
    }
}
