package io.muster.app;

import io.muster.access.Role;
import io.muster.access.User;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person who may sign in, as it is shown.
 *
 * @param directories the only directories whose contacts the person sees; null when it is all
 * @param password whether one was chosen; without one only people of a provider sign in
 * @param issuer the provider with which the person signs in; null for a password
 * @param subject what the provider calls the person; null for a password
 * @param lastSignIn null before the first time
 * @param disabled since when the account cannot be used; null while it can
 */
public record UserView(
        String name,
        List<String> roles,
        @Nullable List<DirectoryOfUser> directories,
        boolean password,
        @Nullable String issuer,
        @Nullable String subject,
        String created,
        String createdBy,
        @Nullable String lastSignIn,
        @Nullable String disabled) {

    /** A directory that a person is for. */
    public record DirectoryOfUser(String id, String name) {}

    static UserView of(User user) {
        Long signedIn = user.signedIn();
        Long disabled = user.disabled();
        User.Origin origin = user.origin();
        List<User.UserDirectory> directories = user.directories();
        return new UserView(
                user.name(),
                user.roles().stream().sorted().map(Role::word).toList(),
                directories == null
                        ? null
                        : directories.stream()
                                .map(one -> new DirectoryOfUser(one.id(), one.name()))
                                .toList(),
                user.hasPassword(),
                origin == null ? null : origin.issuer(),
                origin == null ? null : origin.subject(),
                moment(user.created()),
                user.createdBy(),
                signedIn == null ? null : moment(signedIn),
                disabled == null ? null : moment(disabled));
    }

    private static String moment(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
