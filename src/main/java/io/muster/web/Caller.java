package io.muster.web;

import io.muster.access.Scope;
import io.muster.access.Token;
import io.muster.directory.Actor;
import io.muster.support.Refusal;

/** The program that calls, by the token it has shown. */
record Caller(Token token) {

    /** Who acts, for the audit log. */
    Actor actor() {
        return Actor.token(token.name());
    }

    /** Refuses a token without that scope. */
    void require(Scope scope) {
        if (!token.allows(scope)) {
            throw Refusal.of(
                            Refusal.Kind.FORBIDDEN,
                            "SCOPE",
                            "Cannot do this: the token '%s' does not have the scope '%s'. Use one that has it."
                                    .formatted(token.name(), scope.word()))
                    .with("scope", scope.word());
        }
    }

    /** Refuses a token that is not for that directory, given by id or name. */
    void requireDirectory(String directory) {
        if (!token.isFor(directory)) {
            throw Refusal.of(
                    Refusal.Kind.FORBIDDEN,
                    "DIRECTORY",
                    "Cannot do this: the token '%s' is not for this directory. Use one that is."
                            .formatted(token.name()));
        }
    }
}
