package io.muster.web.console;

import io.muster.app.UserService;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Looks up who asks, anew with each request: a role that was taken away, an account that was disabled, and a session that
 * was ended elsewhere count at once. A session is a day old at most.
 */
final class ViewerFilter extends OncePerRequestFilter {

    private static final Duration LONGEST = Duration.ofHours(24);

    private final UserService users;
    private final InstantSource clock;

    ViewerFilter(UserService users, InstantSource clock) {
        this.users = users;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof SignedIn signedIn) {
            Optional<Viewer> viewer = viewer(signedIn);
            if (viewer.isPresent()) {
                request.setAttribute(Viewer.class.getName(), viewer.get());
            } else {
                end(request);
            }
        }

        chain.doFilter(request, response);
    }

    private Optional<Viewer> viewer(SignedIn signedIn) {
        return clock.millis() - signedIn.since() > LONGEST.toMillis()
                ? Optional.empty()
                : users.present(signedIn.user())
                        .filter(user -> signedIn.since() >= user.sessionsFrom())
                        .map(user -> new Viewer(user, ZoneId.systemDefault()));
    }

    private static void end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }

        SecurityContextHolder.clearContext();
    }
}
