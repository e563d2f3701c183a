package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What every answer says of itself. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Meta(
        String httpStatus,
        String requestId,
        @Nullable Warning warning,
        @Nullable Problem error) {

    /** What went through, but not as the caller may think. */
    record Warning(String warningMessage, String warningCode) {}

    /** What is wrong. */
    record Problem(String errorMessage, String errorCode) {}

    static Meta of(HttpStatus status, String requestId) {
        return new Meta(text(status), requestId, null, null);
    }

    Meta with(@Nullable Warning added) {
        return new Meta(httpStatus, requestId, added, error);
    }

    Meta with(Problem added) {
        return new Meta(httpStatus, requestId, warning, added);
    }

    /** A status as clients compare it. */
    static String text(HttpStatus status) {
        String reason = switch (status) {
            case CONTENT_TOO_LARGE -> "Request Entity Too Large";
            case SERVICE_UNAVAILABLE -> "Temporary Internal Server Error";
            case INTERNAL_SERVER_ERROR -> "Internal Server Error";
            default -> status.getReasonPhrase();
        };
        return status.value() + " - " + reason;
    }
}
