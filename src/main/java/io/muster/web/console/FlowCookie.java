package io.muster.web.console;

import io.muster.web.console.provider.Flow;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a browser keeps while its person is with the provider: the sign-in under way and where it leads; afterwards, why it was
 * refused. So asking alone makes no session, and any server can go on. What is in it is no secret from its own person;
 * with TLS no other host can set it.
 */
final class FlowCookie {

    private static final String NAME = "muster-provider";
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_NEXT = 1_500;
    private static final String SECRET = "([A-Za-z0-9_-]{43})";
    private static final String TEXT = "([A-Za-z0-9_-]*)";
    private static final Pattern FLOW = Pattern.compile(
            "flow\\.%s\\.%s\\.%s\\.([0-9]{1,15})\\.(true|false)\\.%s".formatted(SECRET, SECRET, SECRET, TEXT));
    private static final Pattern REFUSED = Pattern.compile("refused\\.([A-Z_]{1,20})\\.%s\\.%s".formatted(TEXT, TEXT));

    private FlowCookie() {}

    /**
     * A sign-in under way.
     *
     * @param next where it leads
     */
    record Begun(Flow flow, String next) {}

    /**
     * A sign-in that was refused.
     *
     * @param why one of {@link Why}
     * @param name what the provider calls the person now
     * @param subject what the provider calls the person for ever
     */
    record Refused(Why why, String name, String subject) {}

    /** Why a person whom the provider knows is refused here. */
    enum Why {
        NO_ROLE,
        DISABLED,
        NAME_TAKEN
    }

    static void keep(Begun begun, HttpServletRequest request, HttpServletResponse response) {
        Flow flow = begun.flow();
        String next = begun.next().length() > MOST_NEXT ? "/overview" : begun.next();
        keep(
                String.join(
                        ".",
                        "flow",
                        flow.state(),
                        flow.nonce(),
                        flow.verifier(),
                        Long.toString(flow.begun()),
                        Boolean.toString(flow.again()),
                        encoded(next)),
                request,
                response);
    }

    static void keep(Refused refused, HttpServletRequest request, HttpServletResponse response) {
        keep(
                String.join(".", "refused", refused.why().name(), encoded(refused.name()), encoded(refused.subject())),
                request,
                response);
    }

    private static void keep(String value, HttpServletRequest request, HttpServletResponse response) {
        write(value, (int) LONGEST.toSeconds(), request, response);
    }

    static void forget(HttpServletRequest request, HttpServletResponse response) {
        write("", 0, request, response);
    }

    private static void write(String value, int seconds, HttpServletRequest request, HttpServletResponse response) {
        Cookie cookie = new Cookie(name(request), value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isSecure());
        cookie.setMaxAge(seconds);
        // It must come along when the provider leads here.
        cookie.setAttribute("SameSite", "Lax");
        response.addCookie(cookie);
    }

    private static String name(HttpServletRequest request) {
        return request.isSecure() ? "__Host-" + NAME : NAME;
    }

    static Optional<Begun> begun(HttpServletRequest request) {
        return value(request, FLOW)
                .map(found -> new Begun(
                        new Flow(
                                found.group(1),
                                found.group(2),
                                found.group(3),
                                Long.parseLong(found.group(4)),
                                Boolean.parseBoolean(found.group(5))),
                        ConsolePaths.next(decoded(found.group(6)))));
    }

    static Optional<Refused> refused(HttpServletRequest request) {
        return value(request, REFUSED)
                .flatMap(found -> Arrays.stream(Why.values())
                        .filter(why -> why.name().equals(found.group(1)))
                        .findFirst()
                        .map(why -> new Refused(why, decoded(found.group(2)), decoded(found.group(3)))));
    }

    private static Optional<Matcher> value(HttpServletRequest request, Pattern form) {
        Cookie @Nullable [] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name(request)))
                        .map(cookie -> form.matcher(cookie.getValue()))
                        .filter(Matcher::matches)
                        .findFirst();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of what is no such text only the empty one is left. */
    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
