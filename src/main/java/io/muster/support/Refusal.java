package io.muster.support;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An expected failure that a person has to read. Its message has the form {@code Cannot <do X>: <reason>.} and may end
 * with what helps on every way in ("Choose another name."); it names no command, button or address of one front. The
 * front that shows it adds the advice that fits there, chosen by {@link #code()}. Shown without a stack trace.
 *
 * <pre>{@code
 * throw Refusal.conflict("NAME_TAKEN", "Cannot rename the list: the directory has a list of that name.")
 *         .with("name", name);
 * }</pre>
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What sort of failure it is; decides the exit code of a command and the status of an answer over HTTP. */
    public enum Kind {
        /** What was named does not exist. Exit code 2. */
        NOT_FOUND,
        /** What was asked does not fit the present state: a taken name, a thing in use. Exit code 1. */
        CONFLICT,
        /** What was given is wrong or does not fit together. Exit code 2. */
        INVALID,
        /** The caller may not do this. Exit code 1. */
        FORBIDDEN,
        /** Somebody else works on it; asking again later helps. Exit code 1. */
        BUSY,
        /** The work could not be done. Exit code 1. */
        FAILED
    }

    private final Kind kind;
    private final String code;
    private final transient Map<String, String> arguments = new LinkedHashMap<>();

    private Refusal(Kind kind, String code, String message) {
        super(message);
        this.kind = kind;
        this.code = code;
    }

    /**
     * A refusal.
     *
     * @param code stable and in UPPER_SNAKE, unique for one meaning, for example {@code NAME_TAKEN}
     * @param message the sentence to show
     */
    public static Refusal of(Kind kind, String code, String message) {
        return new Refusal(kind, code, message);
    }

    /** What was named does not exist. */
    public static Refusal notFound(String code, String message) {
        return of(Kind.NOT_FOUND, code, message);
    }

    /** What was asked does not fit the present state. */
    public static Refusal conflict(String code, String message) {
        return of(Kind.CONFLICT, code, message);
    }

    /** What was given is wrong. */
    public static Refusal invalid(String code, String message) {
        return of(Kind.INVALID, code, message);
    }

    /** Somebody else works on it. */
    public static Refusal busy(String code, String message) {
        return of(Kind.BUSY, code, message);
    }

    /** Work that could not be done. */
    public static Refusal failed(String code, String message) {
        return of(Kind.FAILED, code, message);
    }

    /** A wrong use without a code of its own; callers move to {@link #invalid} and {@link #notFound}. */
    public static Refusal usage(String message) {
        return invalid("INVALID", message);
    }

    /** Failed work without a code of its own; callers move to {@link #failed(String, String)} and the others. */
    public static Refusal failed(String message) {
        return failed("FAILED", message);
    }

    /** Failed work without a code of its own. */
    public static Refusal failed(String message, Throwable cause) {
        return failed(message).causedBy(cause);
    }

    /** Adds a named value that an advice or an answer may show; gives this refusal back. */
    public Refusal with(String name, Object value) {
        arguments.put(name, value.toString());
        return this;
    }

    /** Keeps the cause for logs at DEBUG; gives this refusal back. */
    public Refusal causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    /** What sort of failure it is. */
    public Kind kind() {
        return kind;
    }

    /** The stable name of this failure. */
    public String code() {
        return code;
    }

    /** Named values in the order in which they were added. */
    public Map<String, String> arguments() {
        return Collections.unmodifiableMap(arguments);
    }

    /** The sentence to show, without the advice of a front. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
