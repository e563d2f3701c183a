package io.muster.web.console;

import io.muster.app.UserService;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Looks up who asks, anew with each request: a role that was taken away, an account that was disabled, and a session that
 * was ended elsewhere count at once, and a way of signing in that is not offered any more after a start. A session is a day old
 * at most.
 */
final class ViewerFilter extends OncePerRequestFilter {

    private final UserService users;
    private final Sessions sessions;
    private final SignInWays ways;

    ViewerFilter(UserService users, Sessions sessions, SignInWays ways) {
        this.users = users;
        this.sessions = sessions;
        this.ways = ways;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<SignedIn> signedIn = Sessions.current();
        if (signedIn.isPresent()) {
            Optional<Viewer> viewer = viewer(signedIn.get());
            if (viewer.isPresent()) {
                request.setAttribute(Viewer.class.getName(), viewer.get());
            } else {
                end(request);
            }
        }

        chain.doFilter(request, response);
    }

    private Optional<Viewer> viewer(SignedIn signedIn) {
        return users.present(signedIn.user())
                .filter(user -> sessions.counts(signedIn, user) && ways.allow(user))
                .map(user -> new Viewer(
                        user, Objects.requireNonNullElse(user.preferences().zone(), ZoneId.systemDefault())));
    }

    private static void end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }

        SecurityContextHolder.clearContext();
    }
}
