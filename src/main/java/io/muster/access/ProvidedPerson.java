package io.muster.access;

import java.util.Set;

/**
 * A person as a provider describes one who has just signed in.
 *
 * @param origin the provider, and whom it means
 * @param name for a new account
 * @param roles what the person may do here; empty for nothing
 * @param everywhere whether a new account is for all directories; else for none, until an administrator names some
 */
public record ProvidedPerson(User.Origin origin, String name, Set<Role> roles, boolean everywhere) {

    public ProvidedPerson {
        roles = Set.copyOf(roles);
    }
}
