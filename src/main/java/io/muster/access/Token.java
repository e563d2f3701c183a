package io.muster.access;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is kept.
 *
 * @param directories the only directories it is for; null when it is for all
 * @param created epoch milliseconds
 * @param createdBy who made it
 * @param used when it was last used, to the minute; null before the first use
 * @param revoked when it was revoked; null while it counts
 */
public record Token(
        int id,
        String name,
        Set<Scope> scopes,
        @Nullable List<TokenDirectory> directories,
        long created,
        String createdBy,
        @Nullable Long used,
        @Nullable Long revoked) {

    public Token {
        scopes = Set.copyOf(scopes);
        directories = directories == null ? null : List.copyOf(directories);
    }

    /** A directory that a token is for. */
    public record TokenDirectory(int number, String id, String name) {}

    /** The same with other scopes. */
    Token with(Set<Scope> others) {
        return new Token(id, name, others, directories, created, createdBy, used, revoked);
    }

    /** Whether it may do what needs that scope. */
    public boolean allows(Scope scope) {
        return scopes.stream().anyMatch(own -> own.contains(scope));
    }

    /** Whether it may do that in the directory of that id or name. */
    public boolean isFor(String directory) {
        String text = directory.strip();
        return directories == null
                || directories.stream()
                        .anyMatch(one -> one.id().equals(text) || one.name().equals(text));
    }
}
