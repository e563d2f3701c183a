package io.muster.web.v3;

import io.muster.access.Token;
import io.muster.web.call.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * What every call of the API has: an id, a caller who is known before anything is said of addresses, and limits. Answers are
 * compressed for those who ask for it.
 */
final class V3Filter extends OncePerRequestFilter {

    private static final Pattern POLL =
            Pattern.compile(V3Paths.API + "/directories/[^/]+/mailinglists/[^/]+/transactioncontacts/[^/]+(/summary)?");

    /** Less is sent as it is. */
    private static final int LEAST_COMPRESSED = 1_024;

    private final Credentials credentials;
    private final CallLimits limits;
    private final V3Errors errors;

    V3Filter(Credentials credentials, CallLimits limits, V3Errors errors) {
        this.credentials = credentials;
        this.limits = limits;
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!V3Errors.isOurs(request)) {
            chain.doFilter(request, response);
            return;
        }

        response.setHeader(V3Answers.REQUEST_ID, V3Answers.requestId(request));
        try {
            if (isCompressed(request)) {
                compress(request, response, chain);
            } else {
                recognise(request, response, chain);
            }
        } finally {
            MDC.remove(V3Answers.LOGGED);
        }
    }

    private void recognise(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getServletPath().equals(V3Paths.TOKEN)) {
            answer(request, response, chain);
            return;
        }

        Token token;
        try {
            token = credentials.of(request);
            limits.begin(token.id(), isPoll(request));
        } catch (RuntimeException e) {
            errors.answer(request, response, e);
            return;
        }

        try {
            request.setAttribute(Caller.ATTRIBUTE, new Caller(token));
            answer(request, response, chain);
        } finally {
            limits.end(token.id());
        }
    }

    private static boolean isPoll(HttpServletRequest request) {
        return request.getMethod().equals("GET")
                && POLL.matcher(request.getServletPath()).matches();
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (V3Paths.isTricky(request.getRequestURI())) {
            V3Answers.error(
                    request,
                    response,
                    HttpStatus.BAD_REQUEST,
                    "BAD_FIELD",
                    "Cannot answer: the address has parts that are not taken here. Write it plainly.");
        } else if (encoding != null
                && !encoding.strip().toLowerCase(Locale.ROOT).equals("identity")) {
            V3Answers.error(
                    request,
                    response,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Cannot read the body: it is compressed. Send it as it is.");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean isCompressed(HttpServletRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return V3Paths.isBelow(V3Paths.API, request.getServletPath())
                && accepted != null
                && accepted.toLowerCase(Locale.ROOT).matches(".*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$)).*");
    }

    private void compress(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        ContentCachingResponseWrapper whole = new ContentCachingResponseWrapper(response);
        recognise(request, whole, chain);
        if (whole.getContentSize() < LEAST_COMPRESSED) {
            whole.copyBodyToResponse();
            return;
        }

        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(whole.getContentAsByteArray());
        }

        response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        response.setContentLength(packed.size());
        packed.writeTo(response.getOutputStream());
    }
}
