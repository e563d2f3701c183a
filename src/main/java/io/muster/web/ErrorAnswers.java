package io.muster.web;

import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.web.call.TooLargeException;
import io.muster.web.call.TooManyException;
import io.muster.web.call.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Makes every failure an answer of one form, with a sentence for a person and nothing of what is inside. */
@ControllerAdvice
final class ErrorAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> refused(Refusal refusal) {
        LOG.debug("Refused", refusal);
        HttpStatus status = switch (refusal.kind()) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case INVALID -> HttpStatus.BAD_REQUEST;
            case CONFLICT -> HttpStatus.CONFLICT;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case BUSY -> HttpStatus.SERVICE_UNAVAILABLE;
            case FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            LOG.error("A request failed: {}", refusal.getMessage(), refusal);
        }

        return answer(
                status,
                retry(status),
                refusal.code(),
                refusal.getMessage(),
                refusal.arguments().get("field"));
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> unauthorized(UnauthorizedException e) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        return answer(HttpStatus.UNAUTHORIZED, headers, "UNAUTHORIZED", e.getMessage(), null);
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> tooLarge(TooLargeException e) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONNECTION, "close");
        return answer(HttpStatus.CONTENT_TOO_LARGE, headers, "TOO_LARGE", e.getMessage(), null);
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> tooMany(TooManyException e) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(e.seconds()));
        return answer(HttpStatus.TOO_MANY_REQUESTS, headers, "TOO_MANY", e.getMessage(), null);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<ErrorAnswer> unknownAddress() {
        return answer(HttpStatus.NOT_FOUND, none(), "NOT_FOUND", "Cannot answer: this address does not exist.", null);
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> wrongMethod(HttpRequestMethodNotSupportedException e) {
        String allowed = String.join(", ", e.getSupportedMethods() == null ? new String[0] : e.getSupportedMethods());
        return answer(
                HttpStatus.METHOD_NOT_ALLOWED,
                e.getHeaders(),
                "METHOD_NOT_ALLOWED",
                "Cannot answer: use %s.".formatted(allowed),
                null);
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> wrongMediaType(HttpMediaTypeNotSupportedException e) {
        return answer(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                e.getHeaders(),
                "UNSUPPORTED_MEDIA_TYPE",
                "Cannot read the body: send it as application/json.",
                null);
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> missing(MissingServletRequestParameterException e) {
        return answer(
                HttpStatus.BAD_REQUEST,
                none(),
                "MISSING",
                "Cannot answer: the parameter %s is missing. Add it.".formatted(e.getParameterName()),
                e.getParameterName());
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> wrongType(MethodArgumentTypeMismatchException e) {
        return answer(
                HttpStatus.BAD_REQUEST,
                none(),
                "INVALID",
                "Cannot answer: the parameter %s cannot be read. Correct it.".formatted(e.getName()),
                e.getName());
    }

    @ExceptionHandler
    ResponseEntity<ErrorAnswer> unreadable(HttpMessageNotReadableException e) {
        LOG.debug("A body could not be read", e);
        Throwable cause = e.getCause();
        String field = cause instanceof DatabindException databind ? field(databind) : null;
        String reason = field != null
                ? "its field %s is not as it must be".formatted(field)
                : cause instanceof JacksonException
                        ? "it is not the JSON that is expected"
                        : "it is missing or damaged";
        return answer(
                HttpStatus.BAD_REQUEST,
                none(),
                "INVALID",
                "Cannot read the body: %s. Send it as this call takes it.".formatted(reason),
                field);
    }

    /** Where in the body something is wrong, such as {@code at} or {@code [3].at}. */
    private static @Nullable String field(DatabindException e) {
        StringBuilder path = new StringBuilder();
        e.getPath().forEach(step -> {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        });
        return path.isEmpty() ? null : path.toString();
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<ErrorAnswer> unexpected(Exception e, HttpServletRequest request) {
        if (e instanceof ErrorResponse response && response.getStatusCode().is4xxClientError()) {
            HttpStatus status = HttpStatus.valueOf(response.getStatusCode().value());
            return answer(status, response.getHeaders(), status.name(), "Cannot answer: the call is wrong.", null);
        }

        if (Outage.isOutage(e)) {
            LOG.warn("A request was not answered: {}", Outage.REASON);
            return answer(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    retry(HttpStatus.SERVICE_UNAVAILABLE),
                    "DATABASE_AWAY",
                    "Cannot answer: the database does not answer. Try again later.",
                    null);
        }

        if (e instanceof IOException) {
            // The caller went away; there is nobody to answer.
            LOG.debug("A caller went away", e);
            return null;
        }

        LOG.error("A request could not be answered: {} {}", request.getMethod(), request.getRequestURI(), e);
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                none(),
                "INTERNAL",
                "Cannot answer: a fault was logged. Try again later.",
                null);
    }

    private static HttpHeaders none() {
        return new HttpHeaders();
    }

    private static HttpHeaders retry(HttpStatus status) {
        HttpHeaders headers = new HttpHeaders();
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            headers.set(HttpHeaders.RETRY_AFTER, "1");
        }

        return headers;
    }

    private static ResponseEntity<ErrorAnswer> answer(
            HttpStatus status, HttpHeaders headers, String code, String message, @Nullable String field) {
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_JSON)
                .body(ErrorAnswer.of(code, message, field));
    }
}
