package io.muster.web.console.segments;

import io.muster.app.AutomationService;
import io.muster.app.ConditionDrafts;
import io.muster.app.RunViews;
import io.muster.app.SegmentOverviews;
import io.muster.app.SegmentReach;
import io.muster.app.SegmentRefreshes;
import io.muster.app.SegmentService;
import io.muster.support.Ids;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.DirectoryPlace;
import io.muster.web.console.page.SeenDirectories;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of segments. */
@Configuration(proxyBeanMethods = false)
public class SegmentPagesConfiguration {

    @Bean
    DirectoryPlace segmentsPlace() {
        return new DirectoryPlace(400, "Segments", "/segments");
    }

    @Bean
    SegmentsController segmentListController(
            ConsolePages pages,
            Assets assets,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentRefreshes refreshes,
            RunViews runs,
            AutomationService automations) {
        return new SegmentsController(
                pages,
                SegmentTexts.Files.of(assets),
                directories,
                segments,
                refreshes,
                new RebuildState(runs),
                automations);
    }

    @Bean
    SegmentController segmentPageController(
            ConsolePages pages,
            Assets assets,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentService service,
            SegmentRefreshes refreshes,
            SegmentReach reach,
            RunViews runs,
            AutomationService automations,
            ConditionDrafts drafts,
            Ids ids) {
        return new SegmentController(
                pages,
                SegmentTexts.Files.of(assets),
                directories,
                segments,
                service,
                refreshes,
                reach,
                new RebuildState(runs),
                automations,
                new ConditionReading(drafts, ids));
    }

    @Bean
    SegmentActionsController segmentActionsController(
            ConsolePages pages, SeenDirectories directories, SegmentOverviews segments, SegmentService service) {
        return new SegmentActionsController(pages, directories, segments, service);
    }

    @Bean
    SegmentEditController segmentEditController(
            ConsolePages pages,
            Assets assets,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentService service,
            ConditionDrafts drafts,
            Ids ids) {
        return new SegmentEditController(
                pages,
                SegmentTexts.Files.of(assets),
                directories,
                segments,
                service,
                drafts,
                new ConditionReading(drafts, ids));
    }
}
