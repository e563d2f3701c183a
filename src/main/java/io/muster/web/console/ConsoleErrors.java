package io.muster.web.console;

import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.ForbiddenException;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/** Makes every failure of a page a page: what is the matter and what to do, and nothing of what is inside. */
@Controller
@ControllerAdvice(basePackageClasses = ConsoleErrors.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConsoleErrors {

    /** Where a form without its token is led, within the server. */
    static final String STALE_FORM = "/sign-in/stale-form";

    /** Where a page is led that the database was needed for before it was asked. */
    static final String UNAVAILABLE = "/sign-in/unavailable";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleErrors.class);
    private static final int NUMBER = 6;
    private static final String AWAY =
            "Cannot answer: the database does not answer. Try again later, and look first whether what you sent was done.";

    private static final String SLOW =
            "Cannot show this page: the database took too long to answer. Try again; ask for less where the page lets you choose.";

    private final ConsolePages pages;
    private final SecureRandom random = new SecureRandom();

    ConsoleErrors(ConsolePages pages) {
        this.pages = pages;
    }

    /**
     * A page that says what is the matter.
     *
     * @param retry whether it asks again by itself
     * @param back where to go on
     * @param backName what is there
     */
    record ErrorPage(String message, boolean retry, String back, String backName) {}

    @RequestMapping(STALE_FORM)
    ModelAndView staleForm(HttpServletRequest request) {
        return page(
                request,
                HttpStatus.FORBIDDEN,
                "This form is too old",
                "The form was made before you signed in last, or in another browser. Go back, reload the page, and send it"
                        + " again. Nothing was changed.");
    }

    @RequestMapping(UNAVAILABLE)
    ModelAndView unavailable(HttpServletRequest request) {
        LOG.warn("A page was not shown: {}", Outage.REASON);
        return unavailable(request, AWAY);
    }

    /** An address among those of pages that no page has. */
    @RequestMapping({
        "/overview/**",
        "/runs/**",
        "/automations/**",
        "/imports/**",
        "/directories/**",
        "/projects/**",
        "/evaluators/**",
        "/dashboards/**",
        "/admin/**",
        "/account/**"
    })
    ModelAndView unknown(HttpServletRequest request) {
        return page(request, HttpStatus.NOT_FOUND, "Not found", "There is no such page.");
    }

    @ExceptionHandler
    ModelAndView forbidden(ForbiddenException e, HttpServletRequest request) {
        return page(request, HttpStatus.FORBIDDEN, "Not allowed", e.getMessage());
    }

    @ExceptionHandler
    ModelAndView refused(Refusal refusal, HttpServletRequest request) {
        return switch (refusal.kind()) {
            case NOT_FOUND -> page(request, HttpStatus.NOT_FOUND, "Not found", refusal.getMessage());
            case CONFLICT -> page(request, HttpStatus.CONFLICT, "Not possible now", refusal.getMessage());
            case INVALID -> page(request, HttpStatus.BAD_REQUEST, "Not possible", refusal.getMessage());
            case FORBIDDEN -> page(request, HttpStatus.FORBIDDEN, "Not allowed", refusal.getMessage());
            case BUSY -> unavailable(request, String.valueOf(refusal.getMessage()));
            case FAILED -> failed(refusal, request, refusal.getMessage() + " ");
        };
    }

    @ExceptionHandler
    @Nullable
    ModelAndView unexpected(Exception e, HttpServletRequest request) {
        if (e instanceof TypeMismatchException) {
            return notPossible(request, HttpStatus.BAD_REQUEST);
        }

        if (e instanceof ErrorResponse response && response.getStatusCode().is4xxClientError()) {
            return notPossible(
                    request, HttpStatus.valueOf(response.getStatusCode().value()));
        }

        if (Outage.isOutage(e)) {
            return unavailable(request);
        }

        if (Outage.isTimeout(e)) {
            LOG.warn("A page took too long: {} {}", request.getMethod(), request.getRequestURI());
            return unavailable(request, SLOW);
        }

        if (e instanceof IOException) {
            LOG.debug("A reader went away", e);
            return null;
        }

        return failed(e, request, "");
    }

    private ModelAndView notPossible(HttpServletRequest request, HttpStatus status) {
        return page(
                request, status, "Not possible", "The page cannot be shown for what was sent. Go back and try again.");
    }

    /** What was only to be shown is asked for again by itself; what was to be done is not. */
    private ModelAndView unavailable(HttpServletRequest request, String message) {
        return pages.page(
                "error",
                "Not available now",
                Viewer.of(request),
                new ErrorPage(message, request.getMethod().equals("GET"), "/overview", "Overview"),
                HttpStatus.SERVICE_UNAVAILABLE);
    }

    /** @param reason what is known of it, as sentences with a blank behind; empty for nothing */
    private ModelAndView failed(Exception e, HttpServletRequest request, String reason) {
        byte[] bytes = new byte[NUMBER];
        random.nextBytes(bytes);
        String number = HexFormat.of().formatHex(bytes);
        LOG.error(
                "A page could not be shown, number {}: {} {}", number, request.getMethod(), request.getRequestURI(), e);
        return page(
                request,
                HttpStatus.INTERNAL_SERVER_ERROR,
                "This failed",
                reason + "It was logged under the number " + number
                        + ". Try again; if it fails again, give this number to whoever runs the server.");
    }

    private ModelAndView page(HttpServletRequest request, HttpStatus status, String title, @Nullable String message) {
        String path = request.getRequestURI();
        boolean runs = path.startsWith("/runs/");
        return pages.page(
                "error",
                title,
                Viewer.of(request),
                new ErrorPage(String.valueOf(message), false, runs ? "/runs" : "/overview", runs ? "Runs" : "Overview"),
                status);
    }
}
