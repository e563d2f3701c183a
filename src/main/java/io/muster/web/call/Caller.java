package io.muster.web.call;

import io.muster.access.Scope;
import io.muster.access.Token;
import io.muster.directory.Actor;
import io.muster.support.Refusal;

/** The program that calls, by the token it has shown. */
public record Caller(Token token) {

    /** The attribute of a request whose caller was recognised before a controller asks for it. */
    public static final String ATTRIBUTE = Caller.class.getName();

    /** Who acts, for the audit log. */
    public Actor actor() {
        return Actor.token(token.name());
    }

    /** Refuses a token without that scope. */
    public void require(Scope scope) {
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
    public void requireDirectory(String directory) {
        if (!token.isFor(directory)) {
            throw Refusal.of(
                    Refusal.Kind.FORBIDDEN,
                    "DIRECTORY",
                    "Cannot do this: the token '%s' is not for this directory. Use one that is."
                            .formatted(token.name()));
        }
    }
}
