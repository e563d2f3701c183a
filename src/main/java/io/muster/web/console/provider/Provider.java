package io.muster.web.console.provider;

import io.muster.access.ProvidedPerson;
import io.muster.access.Role;
import io.muster.access.User.Origin;
import io.muster.support.Sha256;
import io.muster.web.console.provider.ProviderHttp.Account;
import io.muster.web.console.provider.ProviderProblem.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider of OpenID Connect, with which people sign in by the code flow with PKCE:
 *
 * <pre>{@code
 * Flow flow = provider.begin(again);
 * String address = provider.address(flow, back);   // the person is sent there, and comes back with an answer
 * Identity identity = provider.identity(flow, answer, back);
 * }</pre>
 *
 * The provider is first asked when somebody signs in, so that a server starts without it.
 */
public final class Provider {

    private static final Duration LONGEST_FLOW = Duration.ofMinutes(10);

    /** So long the addresses and keys of the provider count. */
    private static final Duration FRESH = Duration.ofHours(1);

    /** So long a provider that was not reached is not asked again: each try may take seconds. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int RANDOM_BYTES = 32;

    private final ProviderSettings settings;
    private final InstantSource clock;
    private final ProviderHttp http;
    private final SecureRandom random = new SecureRandom();
    private final Object discovery = new Object();
    private volatile @Nullable Known known;

    /** Guarded by {@link #discovery}. */
    private @Nullable Failed failed;

    private record Known(Endpoints endpoints, IdTokens tokens, Instant since) {}

    private record Failed(ProviderProblem problem, Instant at) {}

    /** One with these settings, which is not asked anything yet. */
    public Provider(ProviderSettings settings, JsonMapper json, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.http = new ProviderHttp(json);
    }

    /** What pages call it. */
    public String name() {
        return settings.name();
    }

    /** What it calls itself. */
    public String issuer() {
        return settings.issuer();
    }

    /** The claim that says what a person may do. */
    public String claim() {
        return settings.claim();
    }

    /**
     * An answer that a browser has brought from the provider.
     *
     * @param issuer who has answered; null where the provider does not say
     */
    public record Answer(
            @Nullable String state,
            @Nullable String code,
            @Nullable String error,
            @Nullable String issuer) {}

    /** Begins a sign-in. */
    public Flow begin(boolean again) {
        return new Flow(secret(), secret(), secret(), clock.millis(), again);
    }

    private String secret() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Where the person is sent.
     *
     * @param back where the provider sends the person afterwards
     */
    public String address(Flow flow, String back) throws ProviderProblem {
        Map<String, String> question = new LinkedHashMap<>();
        question.put("response_type", "code");
        question.put("client_id", settings.clientId());
        question.put("redirect_uri", back);
        question.put("scope", String.join(" ", settings.scopes()));
        question.put("state", flow.state());
        question.put("nonce", flow.nonce());
        question.put("code_challenge", text(sha256(flow.verifier())));
        question.put("code_challenge_method", "S256");
        if (flow.again()) {
            question.put("prompt", "login");
            question.put("max_age", "0");
        }

        String authorization = known().endpoints().authorization().toString();
        return authorization + (authorization.contains("?") ? "&" : "?") + ProviderHttp.form(question);
    }

    private static byte[] sha256(String text) {
        return Sha256.digest().digest(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Who has signed in.
     *
     * @param flow the question that this browser has put; null for none
     * @param back as in the question
     */
    public Identity identity(@Nullable Flow flow, Answer answer, String back) throws ProviderProblem {
        if (flow == null || !isOf(flow, answer)) {
            throw new ProviderProblem(Kind.EXPIRED, "the answer belongs to no sign-in of this browser");
        }

        if (clock.millis() - flow.begun() > LONGEST_FLOW.toMillis()) {
            throw new ProviderProblem(Kind.EXPIRED, "the sign-in began too long ago");
        }

        if (answer.issuer() != null && !answer.issuer().equals(settings.issuer())) {
            throw new ProviderProblem(Kind.WRONG, "another provider has answered");
        }

        if (answer.error() != null) {
            throw new ProviderProblem(
                    answer.error().equals("access_denied") ? Kind.DENIED : Kind.WRONG,
                    "the provider answered with the error "
                            + (answer.error().matches("[a-z_]{1,50}") ? answer.error() : "of no known form"));
        }

        if (answer.code() == null) {
            throw new ProviderProblem(Kind.WRONG, "the answer has no code");
        }

        Known provider = known();
        Map<String, Object> tokens = exchange(provider.endpoints(), answer.code(), flow.verifier(), back);
        if (!(tokens.get("id_token") instanceof String idToken)) {
            throw new ProviderProblem(Kind.WRONG, "the provider gave no ID token");
        }

        Jwt token = provider.tokens().read(idToken, flow.nonce());
        Identity identity = identity(token, more(provider.endpoints(), token, tokens));
        if (flow.again() && !isProvedSince(flow, identity)) {
            throw new ProviderProblem(Kind.NOT_AGAIN, "the provider did not have the person prove who it is");
        }

        return identity;
    }

    private static boolean isOf(Flow flow, Answer answer) {
        return answer.state() != null
                && MessageDigest.isEqual(
                        answer.state().getBytes(StandardCharsets.UTF_8),
                        flow.state().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isProvedSince(Flow flow, Identity identity) {
        return identity.proved()
                .filter(proved ->
                        !proved.isBefore(Instant.ofEpochMilli(flow.begun()).minus(IdTokens.SKEW)))
                .isPresent();
    }

    private Map<String, Object> exchange(Endpoints endpoints, String code, String verifier, String back)
            throws ProviderProblem {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", back);
        form.put("code_verifier", verifier);
        Optional<Account> account = settings.secret()
                .filter(secret -> !endpoints.secretInForm())
                .map(secret -> new Account(settings.clientId(), secret));
        if (account.isEmpty()) {
            form.put("client_id", settings.clientId());
            settings.secret().ifPresent(secret -> form.put("client_secret", secret));
        }

        return http.post(endpoints.token(), form, account);
    }

    /** What is said about the person: in the token, or, where the roles are not in it, also elsewhere. */
    private Claims more(Endpoints endpoints, Jwt token, Map<String, Object> tokens) throws ProviderProblem {
        Claims said = new Claims(token.getClaims());
        Optional<URI> userInfo = endpoints.userInfo();
        if (said.texts(settings.claim()).isPresent()
                || userInfo.isEmpty()
                || !(tokens.get("access_token") instanceof String access)) {
            return said;
        }

        Map<String, Object> all = new LinkedHashMap<>(http.object(userInfo.get(), access));
        if (!Objects.equals(all.get("sub"), token.getSubject())) {
            throw new ProviderProblem(Kind.WRONG, "the provider speaks of two persons");
        }

        all.putAll(token.getClaims());
        return new Claims(all);
    }

    private Identity identity(Jwt token, Claims said) {
        String subject = Objects.requireNonNull(token.getSubject());
        Set<Role> roles = EnumSet.noneOf(Role.class);
        said.texts(settings.claim())
                .orElse(List.of())
                .forEach(value -> roles.addAll(settings.roles().getOrDefault(value, Set.of())));
        String name = said.text("preferred_username")
                .or(() -> said.text("email"))
                .or(() -> said.text("name"))
                .orElse(subject);
        return new Identity(
                new ProvidedPerson(new Origin(settings.issuer(), subject), name, roles, settings.everywhere()),
                Optional.ofNullable(token.getClaimAsInstant("auth_time")));
    }

    private Known known() throws ProviderProblem {
        Known before = known;
        if (before != null && isFresh(before)) {
            return before;
        }

        synchronized (discovery) {
            Known since = known;
            if (since != null && isFresh(since)) {
                return since;
            }

            Failed last = failed;
            try {
                if (last != null && clock.instant().isBefore(last.at().plus(PAUSE))) {
                    throw last.problem();
                }

                return ask();
            } catch (ProviderProblem problem) {
                // What it said before counts until it can be asked again.
                if (since != null) {
                    return since;
                }

                throw problem;
            }
        }
    }

    private boolean isFresh(Known one) {
        return clock.instant().isBefore(one.since().plus(FRESH));
    }

    private Known ask() throws ProviderProblem {
        try {
            Endpoints endpoints = Endpoints.of(settings.issuer(), http);
            Known fresh = new Known(endpoints, new IdTokens(settings, endpoints.keys(), http, clock), clock.instant());
            known = fresh;
            return fresh;
        } catch (ProviderProblem problem) {
            failed = new Failed(problem, clock.instant());
            throw problem;
        }
    }
}
