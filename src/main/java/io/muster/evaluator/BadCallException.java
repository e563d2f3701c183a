package io.muster.evaluator;

import org.jspecify.annotations.Nullable;

/** A call that cannot be answered as it was sent; nothing of it was done. */
final class BadCallException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String field;

    private BadCallException(int status, String code, String message, @Nullable String field) {
        // Callers send such things as often as they like: no stack trace.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** A part of the call is wrong: 400. */
    static BadCallException invalid(String field, String reason) {
        return new BadCallException(400, "INVALID", "Cannot decide: %s %s.".formatted(field, reason), field);
    }

    /** The body is wrong as a whole: 400. */
    static BadCallException invalidBody(String reason) {
        return new BadCallException(400, "INVALID", "Cannot decide: the body %s.".formatted(reason), null);
    }

    /** A debug token that is wrong or has ended: 401. */
    static BadCallException unauthorized() {
        return new BadCallException(
                401,
                "UNAUTHORIZED",
                "Cannot explain decisions: the debug token is wrong or has ended. Make a new one.",
                null);
    }

    int status() {
        return status;
    }

    byte[] json() {
        return AnswerText.error(code, String.valueOf(getMessage()), field);
    }
}
