package io.muster.web.v3;

import io.muster.access.Bearers;
import io.muster.access.KnownTokens;
import io.muster.access.Token;
import io.muster.web.call.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Recognises whoever calls, by what the call shows. */
final class Credentials {

    private static final String HEADER = "X-API-TOKEN";
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final KnownTokens tokens;
    private final Bearers bearers;
    private final CallLimits limits;

    Credentials(KnownTokens tokens, Bearers bearers, CallLimits limits) {
        this.tokens = tokens;
        this.bearers = bearers;
        this.limits = limits;
    }

    /**
     * Whoever sent a call: by a token or a bearer; of an event by a token alone, or as Basic.
     *
     * @throws UnauthorizedException for nobody that is known
     */
    Token of(HttpServletRequest request) {
        String token = request.getHeader(HEADER);
        String authorization = request.getHeader("Authorization");
        boolean isEvent = V3Paths.isBelow(V3Paths.EVENTS, request.getServletPath());
        Optional<Token> found;
        if (token != null && !token.isBlank()) {
            found = tokens.find(token.strip());
        } else if (authorization == null) {
            throw UnauthorizedException.missing();
        } else if (starts(authorization, BASIC) && isEvent) {
            found = basic(authorization);
        } else if (starts(authorization, BEARER) && !isEvent) {
            found = bearer(authorization.substring(BEARER.length()).strip());
        } else {
            found = Optional.empty();
        }

        return found.orElseThrow(() -> wrong(request));
    }

    private Optional<Token> bearer(String text) {
        return Bearers.isShaped(text) ? bearers.find(text) : tokens.find(text);
    }

    /** The token that a call shows as Basic, with its name. */
    Token ofBasic(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization == null) {
            throw UnauthorizedException.missing();
        }

        return (starts(authorization, BASIC) ? basic(authorization) : Optional.<Token>empty())
                .orElseThrow(() -> wrong(request));
    }

    private Optional<Token> basic(String authorization) {
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", -1);
            if (parts.length < 2) {
                return Optional.empty();
            }

            // A token has no colon, its name may.
            String name = String.join(":", java.util.Arrays.copyOf(parts, parts.length - 1));
            return tokens.find(parts[parts.length - 1])
                    .filter(token -> token.name().equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean starts(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private UnauthorizedException wrong(HttpServletRequest request) {
        limits.failed(request.getRemoteAddr());
        return UnauthorizedException.wrong();
    }
}
