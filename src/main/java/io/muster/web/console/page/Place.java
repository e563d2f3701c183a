package io.muster.web.console.page;

import io.muster.access.Role;
import java.util.List;

/**
 * An entry of the navigation. Each part of the console brings its own.
 *
 * @param order the lower, the further up
 * @param roles whoever has one of them is shown it
 * @param everywhere whether it is of all directories, which people see who may see all runs
 */
public record Place(int order, String name, String address, List<Role> roles, boolean everywhere) {

    /** Copies the roles. */
    public Place {
        roles = List.copyOf(roles);
    }

    boolean isFor(Viewer viewer) {
        return roles.stream().anyMatch(viewer::can) && (!everywhere || viewer.seesAllRuns());
    }
}
