package io.muster.web;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.muster.support.traces.ObservationConfiguration;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * What every request has: headers that keep its answer from being stored or guessed at, and a bound on how many are in work
 * at once, and the count of what was answered. Health is answered whatever the load.
 */
final class RequestFilter extends OncePerRequestFilter {

    /** Others are of the caller's invention and would fill the metrics. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final Logger LOG = LoggerFactory.getLogger(RequestFilter.class);

    private final AtomicInteger inWork = new AtomicInteger();
    private final int most;
    private final WebMetrics metrics;
    private final ObservationRegistry observations;

    RequestFilter(int most, WebMetrics metrics, ObservationRegistry observations) {
        this.most = most;
        this.metrics = metrics;
        this.observations = observations;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long begun = System.nanoTime();
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Observation trace = trace(request, response).start();
        Observation.Scope scope = trace.openScope();
        try (scope) {
            answer(request, response, chain);
        } finally {
            String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
            Object matched = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
            String pattern = matched == null ? "none" : matched.toString();
            metrics.answered(method, pattern, response.getStatus(), Duration.ofNanos(System.nanoTime() - begun));
            trace.contextualName(method + " " + pattern)
                    .lowCardinalityKeyValue("http.request.method", method)
                    .lowCardinalityKeyValue("http.route", pattern)
                    .lowCardinalityKeyValue("http.response.status_code", Integer.toString(response.getStatus()))
                    .stop();
        }
    }

    /** By the pattern of the address: the address itself may tell of a person. It goes on with the caller's trace. */
    private Observation trace(HttpServletRequest request, HttpServletResponse response) {
        return request.getRequestURI().startsWith("/health/")
                ? Observation.NOOP
                : Observation.createNotStarted(
                        ObservationConfiguration.FOR_TRACES + "request",
                        () -> new ServerRequestObservationContext(request, response),
                        observations);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        if (request.getMethod().equals("TRACE")) {
            // A servlet would send back what it was sent, its headers included.
            response.setHeader(HttpHeaders.ALLOW, String.join(", ", METHODS));
            JsonErrors.write(
                    request,
                    response,
                    HttpStatus.METHOD_NOT_ALLOWED,
                    "METHOD_NOT_ALLOWED",
                    "Cannot answer: this method is not taken. Use another one.");
            return;
        }

        if (request.getRequestURI().contains("//")) {
            // Those of the v3 API have none any more; nothing else has two meanings.
            JsonErrors.write(
                    request,
                    response,
                    HttpStatus.BAD_REQUEST,
                    "BAD_REQUEST",
                    "Cannot answer: the address has slashes too many. Write it plainly.");
            return;
        }

        // Whoever waits for news costs nothing meanwhile; how many do is bounded where they wait.
        int costs = request.getRequestURI().equals("/v1/feed") ? 0 : 1;
        if (inWork.addAndGet(costs) > most && !request.getRequestURI().startsWith("/health/")) {
            inWork.addAndGet(-costs);
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
            JsonErrors.write(
                    request,
                    response,
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "OVERLOADED",
                    "Cannot answer: too many requests are in work. Try again later.");
            return;
        }

        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException e) {
            LOG.error("A request could not be answered: {} {}", request.getMethod(), request.getRequestURI(), e);
            if (!response.isCommitted()) {
                response.resetBuffer();
                JsonErrors.write(
                        request,
                        response,
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "INTERNAL",
                        "Cannot answer: a fault was logged. Try again later.");
            }
        } finally {
            inWork.addAndGet(-costs);
        }
    }
}
