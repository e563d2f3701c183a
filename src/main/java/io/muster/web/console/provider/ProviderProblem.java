package io.muster.web.console.provider;

/** Why a sign-in with the provider failed. The message is for the log of the server and holds no token; pages show the kind. */
public final class ProviderProblem extends Exception {

    private static final long serialVersionUID = 1L;

    /** What sort of problem it is. */
    public enum Kind {
        /** The provider does not answer, or not as a provider does. */
        UNREACHABLE,
        /** The person, or the provider, did not want it. */
        DENIED,
        /** The answer is of no sign-in of this browser, or of one long ago. */
        EXPIRED,
        /** What the provider says is not to be believed. */
        WRONG,
        /** The provider let the person pass without a fresh proof, or does not say when it was given. */
        NOT_AGAIN
    }

    private final Kind kind;

    ProviderProblem(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    ProviderProblem(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What sort of problem it is. */
    public Kind kind() {
        return kind;
    }
}
