package io.muster.web.console;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Leads whoever has not signed in to the page for it, and from there back; a form without its token is refused. */
final class SignInPoint implements AuthenticationEntryPoint, AccessDeniedHandler {

    /** The header of what a script asks for: it must not put a whole page where a part was. */
    static final String PART = "X-Muster-Part";

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        String query = request.getQueryString();
        String asked = request.getMethod().equals("GET")
                ? request.getRequestURI() + (query == null ? "" : "?" + query)
                : "/overview";
        String address = "/sign-in?next=" + URLEncoder.encode(asked, StandardCharsets.UTF_8);
        if (request.getHeader(PART) != null) {
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
        } else {
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader(HttpHeaders.LOCATION, address);
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException, ServletException {
        request.getRequestDispatcher(ConsoleErrors.STALE_FORM).forward(request, response);
    }
}
