package io.muster.web.console;

import io.muster.database.PageConnections;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Pages work on connections of their own; what is only shown waits for none of its statements for long. */
final class PageWorkFilter extends OncePerRequestFilter {

    private final PageConnections connections;

    PageWorkFilter(PageConnections connections) {
        this.connections = connections;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            if (request.getMethod().equals("GET")) {
                connections.<Exception>show(() -> chain.doFilter(request, response));
            } else {
                connections.<Exception>act(() -> chain.doFilter(request, response));
            }
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }
}
