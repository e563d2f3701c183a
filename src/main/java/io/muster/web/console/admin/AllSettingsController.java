package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.app.SettingsService;
import io.muster.app.SettingsService.EffectiveSetting;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** {@code /admin/settings}: what counts, and where it comes from. */
@Controller
final class AllSettingsController {

    private final ConsolePages pages;
    private final SettingsService settings;

    AllSettingsController(ConsolePages pages, SettingsService settings) {
        this.pages = pages;
        this.settings = settings;
    }

    /** All settings. */
    record SettingsPage(List<EffectiveSetting> settings) {}

    @GetMapping("/admin/settings")
    ModelAndView show(Viewer viewer) {
        viewer.require(Role.ADMINISTER);
        return pages.page("admin/settings", "Settings", viewer, new SettingsPage(settings.list()));
    }
}
