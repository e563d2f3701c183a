package io.muster.access;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person who may sign in.
 *
 * @param directories the only directories whose contacts the person sees; null for all
 * @param hasPassword whether one was chosen; without one and without an origin the person cannot sign in
 * @param origin by whom the person signs in; null for an account of this installation
 * @param created epoch milliseconds
 * @param createdBy who made the account
 * @param signedIn when the person last signed in; null before the first time
 * @param disabled since when the account cannot be used; null while it can
 * @param sessionsFrom sessions that began before this moment count no more
 * @param preferences how the person wants pages
 */
public record User(
        int id,
        String name,
        Set<Role> roles,
        @Nullable List<UserDirectory> directories,
        boolean hasPassword,
        @Nullable Origin origin,
        long created,
        String createdBy,
        @Nullable Long signedIn,
        @Nullable Long disabled,
        long sessionsFrom,
        Preferences preferences) {

    public User {
        roles = Set.copyOf(roles);
        directories = directories == null ? null : List.copyOf(directories);
    }

    /**
     * The provider that a person signs in with.
     *
     * @param issuer the provider
     * @param subject what the provider calls the person, for ever
     */
    public record Origin(String issuer, String subject) {}

    /** A directory that a person is for. */
    public record UserDirectory(int number, String id, String name) {}

    /** Whether the person may do what needs that role. */
    public boolean allows(Role role) {
        return roles.stream().anyMatch(own -> own.contains(role));
    }

    /** Whether the person may see the directory of that number. */
    public boolean isFor(int directory) {
        return directories == null
                || allows(Role.ADMINISTER)
                || directories.stream().anyMatch(one -> one.number() == directory);
    }
}
