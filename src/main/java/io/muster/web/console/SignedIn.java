package io.muster.web.console;

import java.io.Serializable;
import java.security.Principal;

/**
 * Who has signed in, as a session keeps it: no more than is needed to look the person up again with each request.
 *
 * @param user the number of the account
 * @param since when the session began, in epoch milliseconds
 */
record SignedIn(int user, long since) implements Principal, Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public String getName() {
        return "user-" + user;
    }
}
