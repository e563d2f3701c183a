package io.muster.web.console;

import io.muster.access.User;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.SecurityContextRepository;

/** Begins sessions, each under a new id. */
final class Sessions {

    private Sessions() {}

    static void begin(
            User user,
            long now,
            SecurityContextRepository repository,
            HttpServletRequest request,
            HttpServletResponse response) {
        HttpSession before = request.getSession(false);
        if (before != null) {
            before.invalidate();
        }

        SecurityContext context = SecurityContextHolder.createEmptyContext();
        // A password that was changed in this very millisecond ends the sessions before, not this one.
        SignedIn signedIn = new SignedIn(user.id(), Math.max(now, user.sessionsFrom()));
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(signedIn, null, List.of()));
        SecurityContextHolder.setContext(context);
        repository.saveContext(context, request, response);
    }
}
