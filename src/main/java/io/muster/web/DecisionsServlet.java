package io.muster.web;

import io.muster.evaluator.LocalDecisions;
import io.muster.evaluator.LocalDecisions.Answer;
import io.muster.web.call.BodyLimit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerMapping;

/** Answers {@code /v1/decisions} as an evaluator does. No controller: query and body go to its code as they were sent. */
final class DecisionsServlet extends HttpServlet {

    static final String PATH = "/v1/decisions";

    private static final long serialVersionUID = 1L;
    private static final String DEBUG_TOKEN = "X-Debug-Token";

    private final transient LocalDecisions decisions;

    DecisionsServlet(LocalDecisions decisions) {
        this.decisions = decisions;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, PATH);
        String query = request.getQueryString();
        Answer answer = decisions.answer(new LocalDecisions.Request(
                request.getMethod(),
                query == null ? null : bytes(query),
                request.getInputStream().readNBytes(BodyLimit.USUAL + 1),
                request.getHeader(HttpHeaders.ORIGIN),
                request.getHeader(DEBUG_TOKEN),
                request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)));
        response.setStatus(answer.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, null);
        answer.headers().forEach(response::setHeader);
        response.getOutputStream().write(answer.body());
    }

    /** Jetty has read as UTF-8 what was sent; each character is to be one byte of it again. */
    private static String bytes(String query) {
        return new String(query.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
