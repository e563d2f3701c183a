package io.muster.web.v3;

import io.muster.support.log.LogContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Errors in the form of the API, as whole answers, and the id that every call has. */
public final class V3Answers {

    static final String REQUEST_ID = "X-Request-Id";

    /** By which the log names a call. */
    static final String LOGGED = LogContext.REQUEST;

    private static final String ATTRIBUTE = V3Answers.class.getName();

    private V3Answers() {}

    /** The id of a call, which its answer and the log say as well. */
    static String requestId(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }

        String id = UUID.randomUUID().toString();
        request.setAttribute(ATTRIBUTE, id);
        MDC.put(LOGGED, id);
        return id;
    }

    /** Writes an error as the whole answer. */
    public static void error(
            HttpServletRequest request, HttpServletResponse response, HttpStatus status, String code, String message)
            throws IOException {
        write(request, response, status, code, message, null);
    }

    /** @param oauth the word of OAuth for it, where that is asked for */
    static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpStatus status,
            String code,
            String message,
            @Nullable String oauth)
            throws IOException {
        String id = requestId(request);
        byte[] body = json(status, id, code, message, oauth);
        response.setStatus(status.value());
        response.setHeader(REQUEST_ID, id);
        response.setHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** An error that comes about before a request is understood. */
    public static byte[] early(String requestId, HttpStatus status, String code, String message) {
        return json(status, requestId, code, message, null);
    }

    private static byte[] json(HttpStatus status, String id, String code, String message, @Nullable String oauth) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (oauth != null) {
            body.put("error", oauth);
            body.put("error_description", message);
        }

        body.put("meta", Meta.of(status, id).with(new Meta.Problem(message, code)));
        return JsonMapper.shared().writeValueAsBytes(body);
    }
}
