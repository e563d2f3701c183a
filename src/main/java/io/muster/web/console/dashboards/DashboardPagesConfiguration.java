package io.muster.web.console.dashboards;

import io.muster.access.Role;
import io.muster.app.RunViews;
import io.muster.app.SegmentService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import io.muster.web.console.page.SeenDirectories;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of dashboards. */
@Configuration(proxyBeanMethods = false)
public class DashboardPagesConfiguration {

    @Bean
    Place dashboardsPlace() {
        return new Place(750, "Dashboards", "/dashboards", List.of(Role.ACCESS), false);
    }

    @Bean
    ImportsDashboard importsDashboard(
            ConsolePages pages, RunViews runs, SeenDirectories directories, InstantSource clock) {
        return new ImportsDashboard(pages, runs, directories, clock);
    }

    @Bean
    SegmentsDashboard segmentsDashboard(
            ConsolePages pages, SegmentService segments, SeenDirectories directories, InstantSource clock) {
        return new SegmentsDashboard(pages, segments, directories, clock);
    }
}
