package io.muster.web.console.imports;

import io.muster.access.Role;
import io.muster.app.ContactTyping;
import io.muster.app.DirectoryService;
import io.muster.app.ImportDraftService;
import io.muster.app.RunViews;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import io.muster.web.console.page.SeenDirectories;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of who brings contacts in. */
@Configuration(proxyBeanMethods = false)
public class ImportPagesConfiguration {

    @Bean
    Place importPlace() {
        return new Place(400, "Import", "/imports/new", List.of(Role.MANAGE), false);
    }

    @Bean
    SeenDrafts seenDrafts(ImportDraftService drafts, SeenDirectories directories) {
        return new SeenDrafts(drafts, directories);
    }

    @Bean
    UploadController uploadController(
            ConsolePages pages,
            ImportDraftService drafts,
            SeenDirectories seen,
            DirectoryService directories,
            Assets assets) {
        return new UploadController(pages, drafts, seen, directories, assets);
    }

    @Bean
    MappingController mappingController(ConsolePages pages, ImportDraftService drafts, SeenDrafts seen, Assets assets) {
        return new MappingController(pages, drafts, seen, assets);
    }

    @Bean
    GridController gridController(ConsolePages pages, ContactTyping contacts, SeenDirectories seen, Assets assets) {
        return new GridController(pages, contacts, seen, assets);
    }

    @Bean
    ForecastController forecastController(
            ConsolePages pages, ImportDraftService drafts, SeenDrafts seen, RunViews runs, Assets assets) {
        return new ForecastController(pages, drafts, seen, runs, assets);
    }
}
