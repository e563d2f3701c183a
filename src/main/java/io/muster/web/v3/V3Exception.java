package io.muster.web.v3;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An error of the API; its message ends in what to do. */
final class V3Exception extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;
    private final @Nullable Duration wait;

    V3Exception(HttpStatus status, String code, String message) {
        this(status, code, message, null);
    }

    private V3Exception(HttpStatus status, String code, String message, @Nullable Duration wait) {
        // Callers send such things as often as they like: no stack trace.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.wait = wait;
    }

    static V3Exception bad(String code, String message) {
        return new V3Exception(HttpStatus.BAD_REQUEST, code, message);
    }

    /**
     * A member of a body, or a parameter, that is not as it must be.
     *
     * @param reason such as {@code is no text}
     */
    static V3Exception badField(String field, String reason) {
        return bad("BAD_FIELD", "Cannot use %s: it %s. Correct it.".formatted(field, reason));
    }

    static V3Exception notFound(String code, String message) {
        return new V3Exception(HttpStatus.NOT_FOUND, code, message);
    }

    static V3Exception tooMany(Duration wait, String message) {
        return new V3Exception(HttpStatus.TOO_MANY_REQUESTS, "RATE_LIMITED", message, wait);
    }

    static V3Exception notSupported(String what, String instead) {
        return new V3Exception(
                HttpStatus.NOT_IMPLEMENTED,
                "NOT_SUPPORTED",
                "Cannot do this: %s not supported. %s".formatted(what, instead));
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }

    /** After which it may come again; null when that says nothing. */
    @Nullable
    Duration waiting() {
        return wait;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
