package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.DirectoryService;
import io.muster.app.RunDetails;
import io.muster.app.RunUndos;
import io.muster.app.RunViews;
import io.muster.app.SegmentService;
import io.muster.runs.RejectDownload;
import io.muster.runs.RunService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of who operates. */
@Configuration(proxyBeanMethods = false)
public class RunPagesConfiguration {

    private static final List<Role> READERS = List.of(Role.OPERATE, Role.ACCESS);

    @Bean
    Place overviewPlace() {
        return new Place(100, "Overview", "/overview", READERS, false);
    }

    @Bean
    Place runsPlace() {
        return new Place(200, "Runs", "/runs", READERS, false);
    }

    @Bean
    Place automationsPlace() {
        return new Place(300, "Automations", "/automations", READERS, true);
    }

    @Bean
    OverviewController overviewController(
            ConsolePages pages,
            RunViews runs,
            AutomationService automations,
            SegmentService segments,
            Concerns concerns,
            InstantSource clock) {
        return new OverviewController(pages, runs, automations, segments, concerns, clock);
    }

    @Bean
    RunsController runsController(ConsolePages pages, RunViews runs, DirectoryService directories) {
        return new RunsController(pages, runs, directories);
    }

    @Bean
    RunController runController(ConsolePages pages, RunViews runs, RunDetails details, RejectDownload rejects) {
        return new RunController(pages, runs, details, rejects);
    }

    @Bean
    RunActionsController runActionsController(
            ConsolePages pages, RunService runs, RunUndos undos, RunDetails details, RunController shown) {
        return new RunActionsController(pages, runs, undos, details, shown, new RunActing(runs));
    }

    @Bean
    SelectedRunsController selectedRunsController(ConsolePages pages, RunService runs, RunController shown) {
        return new SelectedRunsController(pages, shown, new RunActing(runs));
    }

    @Bean
    AutomationActionsController automationActionsController(ConsolePages pages, AutomationService automations) {
        return new AutomationActionsController(pages, automations);
    }

    @Bean
    AutomationsController automationsController(ConsolePages pages, AutomationService automations) {
        return new AutomationsController(pages, automations);
    }
}
