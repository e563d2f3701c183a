package io.muster.web.console.identity;

import io.muster.app.AuditService;
import io.muster.app.CountService;
import io.muster.app.DirectoryService;
import io.muster.app.DuplicateService;
import io.muster.app.IdentityService;
import io.muster.app.MergeService;
import io.muster.app.RunViews;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.DirectoryPlace;
import io.muster.web.console.page.SeenDirectories;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of identity rules, duplicates and merges. */
@Configuration(proxyBeanMethods = false)
public class IdentityPagesConfiguration {

    @Bean
    DirectoryPlace identityPlace() {
        return new DirectoryPlace(500, "Identity rules", "/identity");
    }

    @Bean
    DirectoryPlace duplicatesPlace() {
        return new DirectoryPlace(600, "Possible duplicates", "/duplicates");
    }

    @Bean
    DirectoryPlace mergesPlace() {
        return new DirectoryPlace(650, "Merges", "/merges");
    }

    @Bean
    IdentityController identityController(
            ConsolePages pages,
            SeenDirectories directories,
            DirectoryService changes,
            IdentityService identities,
            DuplicateService duplicates,
            RunViews views,
            RunService runs,
            CountService counts,
            Ids ids) {
        return new IdentityController(pages, directories, changes, identities, duplicates, views, runs, counts, ids);
    }

    @Bean
    DuplicatesController duplicatesController(
            ConsolePages pages, SeenDirectories directories, DuplicateService duplicates) {
        return new DuplicatesController(pages, directories, duplicates);
    }

    @Bean
    ReviewController reviewController(ConsolePages pages, SeenDirectories directories, DuplicateService duplicates) {
        return new ReviewController(pages, directories, duplicates);
    }

    @Bean
    MergesController mergesController(
            ConsolePages pages,
            SeenDirectories directories,
            MergeService merges,
            DuplicateService duplicates,
            AuditService audit) {
        return new MergesController(pages, directories, merges, duplicates, audit);
    }
}
