package io.muster.web.console.provider;

import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import io.muster.web.console.provider.ProviderProblem.Kind;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Reads ID tokens of a provider and believes only those that it signed, for this client, now (OpenID Connect Core 1.0, 3.1.3.7). */
final class IdTokens {

    /** By how much clocks may differ. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private final NimbusJwtDecoder decoder;

    IdTokens(ProviderSettings settings, URI keys, ProviderHttp http, InstantSource clock) {
        decoder = NimbusJwtDecoder.withJwkSource(
                        JWKSourceBuilder.<SecurityContext>create(url(keys), address -> keys(address, http))
                                .refreshAheadCache(false)
                                .build())
                // Never none, and never a secret that others know as well.
                .jwsAlgorithms(allowed -> allowed.addAll(Set.of(SignatureAlgorithm.values())))
                .build();
        JwtTimestampValidator times = new JwtTimestampValidator(SKEW);
        times.setAllowEmptyExpiryClaim(false);
        times.setClock(clock.withZone(ZoneOffset.UTC));
        String client = settings.clientId();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(List.<OAuth2TokenValidator<Jwt>>of(
                times,
                new JwtIssuerValidator(settings.issuer()),
                new JwtClaimValidator<@Nullable List<String>>(
                        JwtClaimNames.AUD, audience -> audience != null && audience.contains(client)),
                new JwtClaimValidator<@Nullable Object>("azp", party -> party == null || client.equals(party)),
                new JwtClaimValidator<@Nullable String>(
                        JwtClaimNames.SUB, subject -> subject != null && isSubject(subject)),
                new JwtClaimValidator<@Nullable Instant>(
                        JwtClaimNames.IAT,
                        issued -> issued != null
                                && !issued.isAfter(clock.instant().plus(SKEW))))));
    }

    private static URL url(URI address) {
        try {
            return address.toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static Resource keys(URL address, ProviderHttp http) throws IOException {
        try {
            return new Resource(http.text(address.toURI()), "application/json");
        } catch (ProviderProblem | URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** At most 255 characters of ASCII (OpenID Connect Core 1.0, 2). */
    private static boolean isSubject(String text) {
        return !text.isBlank() && text.length() <= 255 && text.chars().allMatch(c -> c >= ' ' && c < 127);
    }

    /** Reads one that was made for this question. */
    Jwt read(String token, String nonce) throws ProviderProblem {
        Jwt read;
        try {
            read = decoder.decode(token);
        } catch (JwtException e) {
            boolean away = causes(e, IOException.class);
            throw new ProviderProblem(
                    away ? Kind.UNREACHABLE : Kind.WRONG,
                    away ? "the keys of the provider cannot be had" : "the ID token is refused: " + e.getMessage(),
                    e);
        }

        String said = read.getClaimAsString("nonce");
        if (said == null
                || !MessageDigest.isEqual(
                        said.getBytes(StandardCharsets.UTF_8), nonce.getBytes(StandardCharsets.UTF_8))) {
            throw new ProviderProblem(Kind.WRONG, "the ID token is refused: it was made for another sign-in");
        }

        return read;
    }

    private static boolean causes(@Nullable Throwable failure, Class<?> type) {
        return failure != null && (type.isInstance(failure) || causes(failure.getCause(), type));
    }
}
