package io.muster.web.console;

import io.muster.access.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page.
 *
 * @param title heading and title of the page
 * @param viewer null before sign-in
 */
record Frame(String title, @Nullable String viewer, List<Entry> navigation, String css, String script, String icon) {

    /** An entry of the navigation. */
    record Entry(String name, String address, boolean current) {}

    static Frame of(String title, @Nullable Viewer viewer, String path, Assets assets) {
        return new Frame(
                title,
                viewer == null ? null : viewer.user().name(),
                viewer == null ? List.of() : navigation(viewer, path),
                assets.address("console.css"),
                assets.address("console.js"),
                assets.address("console.svg"));
    }

    private static List<Entry> navigation(Viewer viewer, String path) {
        return List.of(Place.values()).stream()
                .filter(place -> viewer.can(place.needed) || viewer.can(place.orElse))
                .filter(place -> place != Place.AUTOMATIONS || viewer.seesAllRuns())
                .map(place -> new Entry(
                        place.title, place.address, path.equals(place.address) || path.startsWith(place.address + "/")))
                .toList();
    }

    /** Where the navigation leads, in order. Nothing that leads nowhere is in it. */
    private enum Place {
        OVERVIEW("Overview", "/overview", Role.OPERATE, Role.ACCESS),
        RUNS("Runs", "/runs", Role.OPERATE, Role.ACCESS),
        AUTOMATIONS("Automations", "/automations", Role.OPERATE, Role.ACCESS),
        USERS("Users", "/admin/users", Role.ADMINISTER, Role.ADMINISTER),
        TOKENS("API tokens", "/admin/tokens", Role.ADMINISTER, Role.ADMINISTER),
        AUDIT("Audit log", "/admin/audit", Role.ADMINISTER, Role.ADMINISTER),
        ACCOUNT("Account", "/account", Role.OPERATE, Role.ACCESS);

        private final String title;
        private final String address;
        private final Role needed;
        private final Role orElse;

        Place(String title, String address, Role needed, Role orElse) {
            this.title = title;
            this.address = address;
            this.needed = needed;
            this.orElse = orElse;
        }
    }
}
