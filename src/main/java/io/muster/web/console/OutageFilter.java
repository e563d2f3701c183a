package io.muster.web.console;

import io.muster.database.Outage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Sessions are in the database: without it a page fails before it is asked, and says so as any other does. */
final class OutageFilter extends OncePerRequestFilter {

    private final String policy;

    /** @param policy the content policy of all pages, which nothing sets before a session is known */
    OutageFilter(String policy) {
        this.policy = policy;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (RuntimeException failure) {
            if (!(Outage.isOutage(failure) || Outage.isTimeout(failure)) || response.isCommitted()) {
                throw failure;
            }

            response.resetBuffer();
            response.setHeader("Content-Security-Policy", policy);
            request.getRequestDispatcher(ConsoleErrors.UNAVAILABLE).forward(request, response);
        }
    }
}
