package io.muster.web.console;

import io.muster.access.Role;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerInterceptor;

/** Pages with which access is given away ask for the password again, so that a screen left alone does not give it. */
final class RecentPassword implements HandlerInterceptor {

    /** Where these pages are. */
    static final String[] PATHS = {
        "/admin/users", "/admin/users/**", "/admin/tokens", "/admin/tokens/**", "/admin/settings", "/admin/settings/**"
    };

    private static final Duration RECENT = Duration.ofMinutes(15);

    private final InstantSource clock;

    RecentPassword(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException, ServletException {
        Viewer viewer = Viewer.of(request);
        // Who may not see the page at all is told so instead.
        if (viewer == null || !viewer.can(Role.ADMINISTER) || isRecent()) {
            return true;
        }

        if (request.getMethod().equals("GET")) {
            String query = request.getQueryString();
            String asked = request.getRequestURI() + (query == null ? "" : "?" + query);
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader(
                    HttpHeaders.LOCATION,
                    PasswordAgainController.PATH + "?next=" + URLEncoder.encode(asked, StandardCharsets.UTF_8));
        } else {
            request.getRequestDispatcher(PasswordAgainController.BEFORE_FORM).forward(request, response);
        }

        return false;
    }

    private boolean isRecent() {
        return Sessions.current()
                .filter(signedIn -> clock.millis() - signedIn.confirmed() <= RECENT.toMillis())
                .isPresent();
    }
}
