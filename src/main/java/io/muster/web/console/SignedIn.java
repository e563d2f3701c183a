package io.muster.web.console;

import java.io.Serializable;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who has signed in, as a session keeps it: no more than is needed to look the person up again with each request.
 *
 * @param user the number of the account
 * @param since when the session began, in epoch milliseconds
 * @param confirmed when the password was given last; 0 for never, as in sessions of an earlier version
 * @param address from where it began; null in sessions of an earlier version
 */
record SignedIn(
        int user, long since, long confirmed, @Nullable String address) implements Principal, Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public String getName() {
        return name(user);
    }

    /** What the sessions of a person are found by. */
    static String name(int user) {
        return "user-" + user;
    }
}
