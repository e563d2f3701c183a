package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.app.AuditService;
import io.muster.app.ContactHistory;
import io.muster.app.ContactListing;
import io.muster.app.ContactProfiles;
import io.muster.app.ContactReading;
import io.muster.app.ContactSearches;
import io.muster.app.ContactService;
import io.muster.app.CountService;
import io.muster.app.DirectoryDeletions;
import io.muster.app.DirectoryService;
import io.muster.app.EligibilityService;
import io.muster.app.FrequencyRuleService;
import io.muster.app.LineageService;
import io.muster.app.ListFeeds;
import io.muster.app.ListService;
import io.muster.app.PastValues;
import io.muster.app.SegmentService;
import io.muster.app.TestingService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.DirectoryPlace;
import io.muster.web.console.page.Place;
import io.muster.web.console.page.SeenDirectories;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Pages of directories, contacts and lists. */
@Configuration(proxyBeanMethods = false)
public class ContactPagesConfiguration {

    @Bean
    Place directoriesPlace() {
        return new Place(500, "Directories", "/directories", List.of(Role.ACCESS), false);
    }

    @Bean
    DirectoryPlace directoryPlace() {
        return new DirectoryPlace(100, "Directory", "");
    }

    @Bean
    DirectoriesController directoriesController(
            ConsolePages pages,
            SeenDirectories seen,
            DirectoryService directories,
            DirectoryDeletions deletions,
            CountService counts,
            SegmentService segments,
            AuditService audit) {
        return new DirectoriesController(pages, seen, directories, deletions, counts, segments, audit);
    }

    @Bean
    DirectoryPlace contactsPlace() {
        return new DirectoryPlace(200, "Contacts", "/contacts");
    }

    @Bean
    ContactsController contactsController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactListing listing,
            ContactSearches searches,
            CountService counts,
            ListService lists,
            SegmentService segments) {
        return new ContactsController(pages, seen, listing, searches, counts, lists, segments);
    }

    @Bean
    ContactController contactController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactProfiles profiles,
            ContactHistory history,
            LineageService lineage,
            PastValues past,
            ContactListing listing,
            ListService lists,
            EligibilityService eligibility,
            FrequencyRuleService rules,
            JsonMapper json) {
        return new ContactController(
                pages,
                seen,
                profiles,
                history,
                lineage,
                past,
                listing,
                lists,
                new EligibilityPart(eligibility, rules),
                json);
    }

    @Bean
    ContactActionsController contactActionsController(
            ConsolePages pages,
            SeenDirectories seen,
            ContactProfiles profiles,
            ContactService contacts,
            ListService lists,
            TestingService tests) {
        return new ContactActionsController(pages, seen, profiles, contacts, lists, tests);
    }

    @Bean
    DirectoryPlace listsPlace() {
        return new DirectoryPlace(300, "Lists", "/lists");
    }

    @Bean
    ListsController listsController(
            ConsolePages pages,
            SeenDirectories seen,
            ListService lists,
            ListFeeds feeds,
            ContactReading reading,
            ContactListing listing,
            ContactProfiles profiles,
            ContactService contacts,
            CountService counts) {
        return new ListsController(pages, seen, lists, feeds, reading, listing, profiles, contacts, counts);
    }

    @Bean
    SettingsController settingsController(ConsolePages pages, SeenDirectories seen, DirectoryService directories) {
        return new SettingsController(pages, seen, directories);
    }
}
