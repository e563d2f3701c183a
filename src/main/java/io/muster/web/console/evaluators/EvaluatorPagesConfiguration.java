package io.muster.web.console.evaluators;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.EvaluatorService;
import io.muster.app.ProjectService;
import io.muster.app.SnapshotService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of evaluators and snapshots. */
@Configuration(proxyBeanMethods = false)
public class EvaluatorPagesConfiguration {

    @Bean
    Place evaluatorsPlace() {
        return new Place(700, "Evaluators", EvaluatorsController.PATH, List.of(Role.OPERATE), false);
    }

    @Bean
    EvaluatorsController evaluatorsController(
            ConsolePages pages,
            EvaluatorService evaluators,
            SnapshotService snapshots,
            ProjectService projects,
            DirectoryService directories,
            InstantSource clock) {
        return new EvaluatorsController(pages, evaluators, snapshots, projects, directories, clock);
    }
}
