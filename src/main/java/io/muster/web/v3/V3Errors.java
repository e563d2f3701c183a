package io.muster.web.v3;

import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.web.call.Bodies;
import io.muster.web.call.TooLargeException;
import io.muster.web.call.TooManyException;
import io.muster.web.call.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Makes every failure of a call of the API an error of the API, with nothing of what is inside. */
final class V3Errors implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(V3Errors.class);

    /** Of things that an address or a body names, and the codes that say so everywhere. */
    private static final Set<String> CODES = Set.of(
            "UNKNOWN_DIRECTORY",
            "UNKNOWN_CONTACT",
            "UNKNOWN_LIST",
            "UNKNOWN_IMPORT",
            "UNKNOWN_BATCH",
            "UNKNOWN_TRANSACTION",
            "UNKNOWN_SEGMENT",
            "UNKNOWN_AUTOMATION",
            "UNKNOWN_FILE",
            "UNKNOWN_EVENT",
            "REFERENCE_TAKEN",
            "NAME_TAKEN",
            "IMPORT_RUNNING",
            "FILE_BUSY",
            "BAD_JSON",
            "BAD_FIELD",
            "BAD_EMAIL",
            "BAD_FILTER",
            "BAD_DATE",
            "BAD_TYPE",
            "TOO_MANY_CONTACTS");

    /** Codes of refusals that have another name here. */
    private static final Map<String, String> NAMES = Map.of(
            "EMAIL_INVALID", "BAD_EMAIL",
            "INVALID_DATE", "BAD_DATE");

    /** @param pause after which the caller may come again; null when that says nothing */
    private record Failure(
            HttpStatus status,
            String code,
            String message,
            @Nullable Duration pause) {

        static Failure of(HttpStatus status, String code, String message) {
            return new Failure(status, code, message, null);
        }
    }

    /** Whether an answer to this has the form of the API. */
    static boolean isOurs(HttpServletRequest request) {
        return V3Paths.isOurs(request.getServletPath()) || V3Paths.isOurs(request.getRequestURI());
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        if (!isOurs(request)) {
            return null;
        }

        try {
            answer(request, response, failure);
        } catch (IOException e) {
            LOG.debug("A caller went away", e);
        }

        return new ModelAndView();
    }

    /** Writes the error that a failure is as the whole answer. */
    void answer(HttpServletRequest request, HttpServletResponse response, Exception failure) throws IOException {
        if (failure instanceof IOException || response.isCommitted()) {
            // The caller went away, or has a part of an answer already; it notices that the rest is missing.
            LOG.debug("A call could not be answered", failure);
            return;
        }

        response.resetBuffer();
        Failure answer = failure(request, response, failure);
        Duration wait = answer.pause();
        if (wait != null) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
        }

        V3Answers.write(
                request, response, answer.status(), answer.code(), answer.message(), oauth(request, answer.status()));
        if (failure instanceof TooLargeException) {
            // The answer is on its way; it would be lost if the connection were closed on a caller that still sends.
            response.flushBuffer();
            Bodies.drop(request.getInputStream(), request.getContentLengthLong());
        }
    }

    private static @Nullable String oauth(HttpServletRequest request, HttpStatus status) {
        if (!request.getServletPath().equals(V3Paths.TOKEN)) {
            return null;
        }

        return switch (status) {
            case UNAUTHORIZED -> "invalid_client";
            case BAD_REQUEST -> "unsupported_grant_type";
            case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> "temporarily_unavailable";
            case INTERNAL_SERVER_ERROR -> "server_error";
            default -> "invalid_request";
        };
    }

    private static Failure failure(HttpServletRequest request, HttpServletResponse response, Exception failure) {
        return switch (failure) {
            case V3Exception e -> new Failure(e.status(), e.code(), e.getMessage(), e.waiting());
            case Refusal e -> refusal(e);
            case UnauthorizedException e -> {
                response.setHeader(
                        HttpHeaders.WWW_AUTHENTICATE,
                        request.getServletPath().equals(V3Paths.TOKEN) ? "Basic realm=\"Muster\"" : "Bearer");
                yield Failure.of(HttpStatus.UNAUTHORIZED, "UNAUTHORIZED", e.getMessage());
            }
            case TooManyException e ->
                new Failure(
                        HttpStatus.TOO_MANY_REQUESTS, "RATE_LIMITED", e.getMessage(), Duration.ofSeconds(e.seconds()));
            case TooLargeException e -> {
                response.setHeader(HttpHeaders.CONNECTION, "close");
                yield Failure.of(HttpStatus.CONTENT_TOO_LARGE, "TOO_LARGE", e.getMessage() + " Send less at a time.");
            }
            case NoHandlerFoundException e -> unknownPath();
            case NoResourceFoundException e -> unknownPath();
            case HttpRequestMethodNotSupportedException e -> {
                String[] methods = e.getSupportedMethods();
                String allowed = String.join(", ", methods == null ? new String[0] : methods);
                response.setHeader(HttpHeaders.ALLOW, allowed);
                yield Failure.of(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "METHOD_NOT_ALLOWED",
                        "Cannot answer: this address does not take this method. Use %s.".formatted(allowed));
            }
            case HttpMediaTypeNotSupportedException e ->
                Failure.of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "UNSUPPORTED_MEDIA_TYPE",
                        "Cannot read the body: it is not of a type that this call takes. Send another type.");
            case MissingServletRequestParameterException e ->
                Failure.of(
                        HttpStatus.BAD_REQUEST,
                        "BAD_FIELD",
                        "Cannot answer: the parameter %s is missing. Add it.".formatted(e.getParameterName()));
            case MethodArgumentTypeMismatchException e ->
                Failure.of(
                        HttpStatus.BAD_REQUEST,
                        "BAD_FIELD",
                        "Cannot answer: the parameter %s cannot be read. Correct it.".formatted(e.getName()));
            case HttpMessageNotReadableException e ->
                Failure.of(
                        HttpStatus.BAD_REQUEST,
                        "BAD_JSON",
                        "Cannot read the body: it is missing or damaged. Send it as this call takes it.");
            default -> other(request, failure);
        };
    }

    private static Failure other(HttpServletRequest request, Exception failure) {
        if (failure instanceof HttpException e
                && HttpStatus.valueOf(e.getCode()).is4xxClientError()) {
            return bad(HttpStatus.BAD_REQUEST);
        }

        if (failure instanceof ErrorResponse e && e.getStatusCode().is4xxClientError()) {
            return bad(HttpStatus.valueOf(e.getStatusCode().value()));
        }

        return unexpected(request, failure);
    }

    private static Failure bad(HttpStatus status) {
        return Failure.of(status, "BAD_FIELD", "Cannot answer: the call cannot be read. Correct it.");
    }

    private static Failure unknownPath() {
        return Failure.of(
                HttpStatus.NOT_FOUND,
                "UNKNOWN_PATH",
                "Cannot answer: this address does not exist. Look it up in /API/v3/openapi.json.");
    }

    private static Failure unexpected(HttpServletRequest request, Exception failure) {
        if (Outage.isOutage(failure)) {
            LOG.warn("A call was not answered: {}", Outage.REASON);
            return new Failure(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "UNAVAILABLE",
                    "Cannot answer: the database does not answer. Try again later.",
                    Duration.ofSeconds(1));
        }

        LOG.error("A call could not be answered: {} {}", request.getMethod(), request.getRequestURI(), failure);
        return Failure.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "Cannot answer: a fault was logged. Try again later, and give the operator the request id.");
    }

    private static Failure refusal(Refusal refusal) {
        LOG.debug("Refused", refusal);
        String name = NAMES.getOrDefault(refusal.code(), refusal.code());
        return switch (refusal.kind()) {
            case NOT_FOUND ->
                Failure.of(HttpStatus.NOT_FOUND, CODES.contains(name) ? name : "UNKNOWN_PATH", advised(refusal));
            case INVALID ->
                Failure.of(HttpStatus.BAD_REQUEST, CODES.contains(name) ? name : "BAD_FIELD", advised(refusal));
            case CONFLICT -> Failure.of(HttpStatus.CONFLICT, name, advised(refusal));
            case FORBIDDEN -> Failure.of(HttpStatus.FORBIDDEN, "FORBIDDEN", advised(refusal));
            case BUSY ->
                new Failure(HttpStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", advised(refusal), Duration.ofSeconds(1));
            case FAILED -> {
                LOG.error("A call failed: {}", refusal.getMessage(), refusal);
                yield Failure.of(HttpStatus.INTERNAL_SERVER_ERROR, "INTERNAL", advised(refusal));
            }
        };
    }

    /** The sentence of a refusal, which elsewhere the front completes with what to do. */
    private static String advised(Refusal refusal) {
        return advised(refusal.getMessage());
    }

    /** The same of a sentence. */
    static String advised(String message) {
        return message.indexOf(". ") < 0 ? message + " Correct the call." : message;
    }
}
