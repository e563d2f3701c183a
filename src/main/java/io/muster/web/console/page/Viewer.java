package io.muster.web.console.page;

import io.muster.access.Role;
import io.muster.access.User;
import io.muster.access.User.UserDirectory;
import io.muster.directory.Actor;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page.
 *
 * @param zone in which times are shown that belong to no directory and no schedule
 */
public record Viewer(User user, ZoneId zone) {

    public boolean can(Role role) {
        return user.allows(role);
    }

    /** Who asks; null before sign-in. */
    public static @Nullable Viewer of(HttpServletRequest request) {
        return request.getAttribute(Viewer.class.getName()) instanceof Viewer viewer ? viewer : null;
    }

    /** The only directories that the viewer may see; null for all. */
    public @Nullable List<UserDirectory> directories() {
        return can(Role.ADMINISTER) ? null : user.directories();
    }

    /** Whether cells and other personal data may be shown, of the directory of that number. */
    public boolean seesContacts(int directory) {
        return can(Role.ACCESS) && user.isFor(directory);
    }

    /** Whether runs and automations of every directory may be shown; else those of the viewer's own at most. */
    public boolean seesAllRuns() {
        return can(Role.OPERATE) || (can(Role.ACCESS) && user.directories() == null);
    }

    /** Whether runs of the directory of that number may be shown. */
    public boolean seesRunsOf(int directory) {
        return can(Role.OPERATE) || seesContacts(directory);
    }

    /** Refuses whoever has none of the roles. */
    public void require(Role... roles) {
        for (Role role : roles) {
            if (can(role)) {
                return;
            }
        }

        throw new ForbiddenException(roles[0]);
    }

    /** Who acts, for the audit log. */
    public Actor actor() {
        return new Actor(Actor.Kind.USER, user.name());
    }
}
