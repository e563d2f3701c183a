package io.muster.web.console;

import io.muster.access.Role;
import io.muster.access.User;
import io.muster.directory.Actor;
import java.time.ZoneId;

/**
 * Who looks at a page.
 *
 * @param zone in which times are shown that belong to no directory and no schedule
 */
record Viewer(User user, ZoneId zone) {

    boolean can(Role role) {
        return user.allows(role);
    }

    /** Whether cells and other personal data may be shown, of the directory of that number. */
    boolean seesContacts(int directory) {
        return can(Role.ACCESS) && user.isFor(directory);
    }

    /** Whether runs and automations of every directory may be shown; else those of the viewer's own at most. */
    boolean seesAllRuns() {
        return can(Role.OPERATE) || (can(Role.ACCESS) && user.directories() == null);
    }

    /** Whether runs of the directory of that number may be shown. */
    boolean seesRunsOf(int directory) {
        return can(Role.OPERATE) || seesContacts(directory);
    }

    /** Refuses whoever has none of the roles. */
    void require(Role... roles) {
        for (Role role : roles) {
            if (can(role)) {
                return;
            }
        }

        throw new ForbiddenException(roles[0]);
    }

    /** Who acts, for the audit log. */
    Actor actor() {
        return new Actor(Actor.Kind.USER, user.name());
    }
}
