package io.muster.support;

import org.jspecify.annotations.Nullable;

/**
 * An expected failure that a person has to read: its message is one sentence of the form
 * {@code Cannot <do X>: <reason>. <what to do>} and is shown without a stack trace.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Whose fault a refusal is; decides the exit code of a command. */
    public enum Kind {
        /** The command or its arguments are wrong: exit code 2. */
        USAGE,
        /** The work could not be done: exit code 1. */
        FAILED
    }

    private final Kind kind;

    private Refusal(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** A wrong use: unknown name, bad option, unreadable argument. */
    public static Refusal usage(String message) {
        return new Refusal(Kind.USAGE, message, null);
    }

    /** Work that failed for the reason given. */
    public static Refusal failed(String message) {
        return new Refusal(Kind.FAILED, message, null);
    }

    /** Work that failed for the reason given; the cause is kept for logs at DEBUG. */
    public static Refusal failed(String message, Throwable cause) {
        return new Refusal(Kind.FAILED, message, cause);
    }

    /** Whose fault it is. */
    public Kind kind() {
        return kind;
    }

    /** The sentence to show. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
