package io.muster.web.console.provider;

import io.muster.web.console.provider.ProviderProblem.Kind;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a provider answers, as it says itself (OpenID Connect Discovery 1.0).
 *
 * @param authorization where people are sent
 * @param token where a code is exchanged
 * @param keys with which its tokens are signed
 * @param userInfo where more is said about a person; empty for nowhere
 * @param secretInForm whether the client's secret is sent in the form, since the provider does not take it in a header
 */
record Endpoints(URI authorization, URI token, URI keys, Optional<URI> userInfo, boolean secretInForm) {

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    /** Asks for them. */
    static Endpoints of(String issuer, ProviderHttp http) throws ProviderProblem {
        Map<String, Object> said = asked(URI.create(issuer.replaceAll("/+$", "") + WELL_KNOWN), http);
        if (!issuer.equals(said.get("issuer"))) {
            // Else one provider could speak for another.
            throw new ProviderProblem(Kind.UNREACHABLE, "the provider calls itself '%s'".formatted(said.get("issuer")));
        }

        return new Endpoints(
                required(said, "authorization_endpoint"),
                required(said, "token_endpoint"),
                required(said, "jwks_uri"),
                said.containsKey("userinfo_endpoint")
                        ? Optional.of(required(said, "userinfo_endpoint"))
                        : Optional.empty(),
                said.get("token_endpoint_auth_methods_supported") instanceof List<?> ways
                        && !ways.contains("client_secret_basic")
                        && ways.contains("client_secret_post"));
    }

    private static Map<String, Object> asked(URI address, ProviderHttp http) throws ProviderProblem {
        try {
            return http.object(address);
        } catch (ProviderProblem problem) {
            // Whatever is there, it is no provider now.
            throw new ProviderProblem(Kind.UNREACHABLE, String.valueOf(problem.getMessage()), problem);
        }
    }

    private static URI required(Map<String, Object> said, String name) throws ProviderProblem {
        try {
            URI address = URI.create(String.valueOf(said.get(name)));
            if (ProviderSettings.isProtected(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }

        throw new ProviderProblem(Kind.UNREACHABLE, "%s is no address with https".formatted(name));
    }
}
