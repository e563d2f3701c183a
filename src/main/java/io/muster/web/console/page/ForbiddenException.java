package io.muster.web.console.page;

import io.muster.access.Role;

/** A page or an action that needs a role which the person does not have: 403. */
public final class ForbiddenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param role which one it needs */
    public ForbiddenException(Role role) {
        super("This needs the role “%s”. Ask an administrator for it.".formatted(role.title()), null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
