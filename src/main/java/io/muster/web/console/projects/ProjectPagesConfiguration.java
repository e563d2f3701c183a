package io.muster.web.console.projects;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.EventCountService;
import io.muster.app.ProjectDeletions;
import io.muster.app.ProjectService;
import io.muster.app.SnapshotService;
import io.muster.app.TargetService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import io.muster.web.console.page.SeenDirectories;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Pages of projects and intercepts. */
@Configuration(proxyBeanMethods = false)
public class ProjectPagesConfiguration {

    @Bean
    Place projectsPlace() {
        return new Place(600, "Projects", SeenProjects.PATH, List.of(Role.MANAGE), false);
    }

    @Bean
    SeenProjects seenProjects(ProjectService projects) {
        return new SeenProjects(projects);
    }

    @Bean
    ProjectsController projectsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            EventCountService events,
            TargetService targets,
            DirectoryService directories,
            SeenDirectories seenDirectories) {
        return new ProjectsController(pages, seen, projects, events, targets, directories, seenDirectories);
    }

    @Bean
    ProjectActionsController projectActionsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            ProjectDeletions deletions,
            SnapshotService snapshots,
            TargetService targets) {
        return new ProjectActionsController(pages, seen, projects, deletions, snapshots, targets);
    }

    @Bean
    InterceptsController interceptsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            EventCountService events,
            TargetService targets,
            JsonMapper json) {
        return new InterceptsController(pages, seen, projects, events, targets, json);
    }

    @Bean
    InterceptActionsController interceptActionsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            SnapshotService snapshots,
            TargetService targets) {
        return new InterceptActionsController(pages, seen, projects, snapshots, targets);
    }
}
