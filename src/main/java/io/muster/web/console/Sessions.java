package io.muster.web.console;

import io.muster.access.User;
import io.muster.support.Sha256;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.OpenSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;

/** The sessions of people: begun under a new id each, confirmed by the password, listed, ended. */
final class Sessions implements OpenSessions {

    /** How old a session becomes at most. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int KEY = 16;

    private final FindByIndexNameSessionRepository<? extends Session> kept;
    private final SecurityContextRepository contexts;
    private final InstantSource clock;

    Sessions(
            FindByIndexNameSessionRepository<? extends Session> kept,
            SecurityContextRepository contexts,
            InstantSource clock) {
        this.kept = kept;
        this.contexts = contexts;
        this.clock = clock;
    }

    /** Begins one for who has just given a password. */
    void begin(User user, HttpServletRequest request, HttpServletResponse response) {
        begin(user, clock.millis(), request, response);
    }

    /** Goes on in a new one, since the others of this person have ended. */
    void renew(User user, HttpServletRequest request, HttpServletResponse response) {
        begin(user, current().map(SignedIn::confirmed).orElse(0L), request, response);
    }

    /**
     * Begins one for whom a provider has named.
     *
     * @param confirmed when the person gave a password there, in epoch milliseconds; 0 when that is not known
     */
    void begin(User user, long confirmed, HttpServletRequest request, HttpServletResponse response) {
        HttpSession before = request.getSession(false);
        if (before != null) {
            before.invalidate();
        }

        // A password that was changed in this very millisecond ends the sessions before, not this one.
        long since = Math.max(clock.millis(), user.sessionsFrom());
        keep(
                new SignedIn(user.id(), since, Math.min(confirmed, clock.millis()), ConsolePages.caller(request)),
                request,
                response);
    }

    /** Enters that the password was given again. */
    void confirm(HttpServletRequest request, HttpServletResponse response) {
        SignedIn before = current().orElseThrow();
        keep(new SignedIn(before.user(), before.since(), clock.millis(), before.address()), request, response);
        var ignored = request.changeSessionId();
    }

    private void keep(SignedIn signedIn, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(signedIn, null, List.of()));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }

    /** Who asks. */
    static Optional<SignedIn> current() {
        return of(SecurityContextHolder.getContext());
    }

    private static Optional<SignedIn> of(@Nullable SecurityContext context) {
        Authentication authentication = context == null ? null : context.getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof SignedIn signedIn
                ? Optional.of(signedIn)
                : Optional.empty();
    }

    /** Whether it counts for this person still. */
    boolean counts(SignedIn signedIn, User user) {
        return clock.millis() - signedIn.since() <= LONGEST.toMillis() && signedIn.since() >= user.sessionsFrom();
    }

    @Override
    public List<OpenSession> of(User user, HttpServletRequest request) {
        HttpSession own = request.getSession(false);
        String current = own == null ? "" : key(own.getId());
        return kept(user).values().stream()
                .filter(session -> !session.isExpired())
                .flatMap(session -> view(session, user, current).stream())
                .sorted(Comparator.comparing(OpenSession::used).reversed())
                .toList();
    }

    private Map<String, ? extends Session> kept(User user) {
        return kept.findByPrincipalName(SignedIn.name(user.id()));
    }

    private Optional<OpenSession> view(Session session, User user, String current) {
        return of(session.<SecurityContext>getAttribute(
                        HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY))
                .filter(signedIn -> counts(signedIn, user))
                .map(signedIn -> new OpenSession(
                        key(session.getId()),
                        Instant.ofEpochMilli(signedIn.since()),
                        session.getLastAccessedTime(),
                        signedIn.address(),
                        key(session.getId()).equals(current)));
    }

    @Override
    public boolean end(User user, String key, HttpServletRequest request) {
        Optional<String> id =
                kept(user).keySet().stream().filter(one -> key(one).equals(key)).findFirst();
        id.ifPresent(kept::deleteById);
        return id.isPresent();
    }

    /** The id of a session is a secret. */
    private static String key(String id) {
        return HexFormat.of()
                .formatHex(Sha256.digest().digest(id.getBytes(StandardCharsets.UTF_8)))
                .substring(0, KEY);
    }
}
