package io.muster.app;

import io.muster.access.Scope;
import io.muster.access.Token;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is shown: everything but the token itself, which nobody can see again.
 *
 * @param directories the only directories it is for; null when it is for all
 * @param lastUsed to the minute; null before the first use
 * @param revoked when it was revoked; null while it counts
 */
public record TokenView(
        String name,
        List<String> scopes,
        @Nullable List<DirectoryOfToken> directories,
        String created,
        String createdBy,
        @Nullable String lastUsed,
        @Nullable String revoked) {

    /** A directory that a token is for. */
    public record DirectoryOfToken(String id, String name) {}

    static TokenView of(Token token) {
        return new TokenView(
                token.name(),
                token.scopes().stream().sorted().map(Scope::word).toList(),
                token.directories() == null
                        ? null
                        : token.directories().stream()
                                .map(one -> new DirectoryOfToken(one.id(), one.name()))
                                .toList(),
                moment(token.created()),
                token.createdBy(),
                token.used() == null ? null : moment(token.used()),
                token.revoked() == null ? null : moment(token.revoked()));
    }

    private static String moment(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
