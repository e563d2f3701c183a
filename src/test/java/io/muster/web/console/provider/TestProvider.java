package io.muster.web.console.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;

/**
 * A real provider of OpenID Connect on this machine, under another name than the console, so that a browser takes it for another
 * site. Everybody signs in with the password {@value #PASSWORD}; what it says of a person, and what is wrong with it, can be chosen.
 */
public final class TestProvider implements AutoCloseable {

    static final String PASSWORD = "password-of-the-provider";
    static final String CLIENT = "muster:console";
    static final String SECRET = "a secret & its 100 %";

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final AnnotationConfigServletWebServerApplicationContext context =
            new AnnotationConfigServletWebServerApplicationContext();
    private final Map<String, Person> people = new ConcurrentHashMap<>();
    private final Map<String, Instant> proved = new ConcurrentHashMap<>();
    private final RSAKey key;
    private final RSAKey foreign;
    private final Clock clock;
    private volatile Fault fault = Fault.NONE;

    /** What is wrong with it. */
    enum Fault {
        NONE,
        /** It answers nothing but that it cannot. */
        AWAY,
        /** Its tokens are signed with a key that it does not show. */
        SIGNATURE,
        /** Its tokens are for another client. */
        AUDIENCE,
        /** Its tokens repeat another number. */
        NONCE,
        /** Its tokens name another issuer. */
        ISSUER,
        /** Its tokens have expired. */
        EXPIRED,
        /** It lets people pass who are still signed in, whatever is asked. */
        NOT_AGAIN,
        /** It does not say when a password was given. */
        NO_TIME,
        /** Groups are not in its tokens; one has to ask. */
        GROUPS_APART
    }

    /**
     * What it says of a person.
     *
     * @param subject for ever
     * @param name at present
     */
    record Person(String subject, String name, List<String> groups) {}

    private TestProvider(Clock clock) throws JOSEException {
        this.clock = clock;
        key = new RSAKeyGenerator(2_048).keyID("one").generate();
        foreign = new RSAKeyGenerator(2_048).keyID("one").generate();
    }

    /** Starts one by a clock. */
    public static TestProvider start(Clock clock) throws Exception {
        TestProvider provider = new TestProvider(clock);
        JettyServletWebServerFactory factory = new JettyServletWebServerFactory(0);
        factory.setAddress(InetAddress.getLoopbackAddress());
        provider.context.registerBean(JettyServletWebServerFactory.class, () -> factory);
        provider.context.registerBean(TestProvider.class, () -> provider);
        provider.context.register(Endpoints.class);
        provider.context.refresh();
        return provider;
    }

    /** What it calls itself. */
    public String issuer() {
        return "http://localhost:"
                + Objects.requireNonNull(context.getWebServer()).getPort();
    }

    /** The settings of a server that signs people in here, names and values by turns. */
    public String[] settings(String... more) {
        return Stream.concat(
                        Stream.of(
                                "muster.oidc.issuer",
                                issuer(),
                                "muster.oidc.client-id",
                                CLIENT,
                                "muster.oidc.client-secret",
                                SECRET,
                                "muster.oidc.name",
                                "Company",
                                "muster.oidc.roles",
                                "cn=readers,dc=company=access; heads=administer; night=operate; night=access"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** From now on it says this of a person. */
    public void say(String login, String subject, String name, String... groups) {
        people.put(login, new Person(subject, name, List.of(groups)));
    }

    void goWrong(Fault wrong) {
        fault = wrong;
    }

    @Override
    public void close() {
        context.close();
    }

    private Person person(String login) {
        return people.getOrDefault(login, new Person("subject-of-" + login, login, List.of()));
    }

    private void claims(JwtEncodingContext token) {
        if (!token.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
            return;
        }

        Instant now = clock.instant();
        String login =
                Objects.requireNonNull(token.<Authentication>getPrincipal()).getName();
        Person person = person(login);
        token.getClaims()
                .issuedAt(now)
                .expiresAt(now.plus(LIFETIME))
                .subject(person.subject())
                .claim("preferred_username", person.name())
                .claim("auth_time", proved.getOrDefault(login, now).getEpochSecond());
        if (fault != Fault.GROUPS_APART) {
            token.getClaims().claim("groups", person.groups());
        }

        switch (fault) {
            case AUDIENCE -> token.getClaims().audience(List.of("another"));
            case NONCE -> token.getClaims().claim("nonce", "another");
            case ISSUER -> token.getClaims().issuer("http://localhost:1");
            case EXPIRED ->
                token.getClaims().issuedAt(now.minus(LIFETIME.multipliedBy(2))).expiresAt(now.minus(LIFETIME));
            case NO_TIME -> token.getClaims().claims(all -> all.remove("auth_time"));
            default -> {}
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Endpoints {

        @Bean
        SecurityFilterChain chain(HttpSecurity http, TestProvider provider) {
            return http.oauth2AuthorizationServer(server ->
                            server.oidc(oidc -> oidc.userInfoEndpoint(info -> info.userInfoMapper(asked -> {
                                Person person =
                                        provider.person(asked.getAuthorization().getPrincipalName());
                                return OidcUserInfo.builder()
                                        .subject(person.subject())
                                        .claim("groups", person.groups())
                                        .build();
                            }))))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        FilterRegistrationBean<Filter> faults(TestProvider provider) {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
                if (provider.fault == Fault.AWAY) {
                    ((HttpServletResponse) response).setStatus(503);
                } else if (!provider.asksAgain((HttpServletRequest) request, (HttpServletResponse) response)) {
                    chain.doFilter(request, response);
                }
            });
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }

        @Bean
        FilterRegistrationBean<Filter> security(@Qualifier("springSecurityFilterChain") Filter chain) {
            return new FilterRegistrationBean<>(chain);
        }

        @Bean
        UserDetailsService people(TestProvider provider) {
            return name -> {
                provider.proved.put(name, provider.clock.instant());
                return User.withUsername(name)
                        .password("{noop}" + PASSWORD)
                        .roles("PERSON")
                        .build();
            };
        }

        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                    .clientId(CLIENT)
                    .clientSecret("{noop}" + SECRET)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    // The port of an address of this machine makes no difference (RFC 8252, 7.3).
                    .redirectUri("http://127.0.0.1/sign-in/provider/back")
                    .scopes(scopes -> scopes.addAll(List.of("openid", "profile", "email")))
                    .clientSettings(ClientSettings.builder()
                            .requireAuthorizationConsent(false)
                            .requireProofKey(true)
                            .build())
                    .build());
        }

        @Bean
        JWKSource<SecurityContext> keys(TestProvider provider) {
            return (selector, context) -> selector.select(new JWKSet(provider.key));
        }

        @Bean
        JwtEncoder encoder(TestProvider provider) {
            return new NimbusJwtEncoder((selector, context) ->
                    selector.select(new JWKSet(provider.fault == Fault.SIGNATURE ? provider.foreign : provider.key)));
        }

        @Bean
        JwtDecoder decoder(TestProvider provider) throws JOSEException {
            return NimbusJwtDecoder.withPublicKey(provider.key.toRSAPublicKey()).build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims(TestProvider provider) {
            return provider::claims;
        }

        @Bean
        AuthorizationServerSettings endpoints() {
            return AuthorizationServerSettings.builder().build();
        }
    }

    /** Spring's server knows no {@code prompt}: who is to sign in again is forgotten before it looks. */
    private boolean asksAgain(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"login".equals(request.getParameter("prompt"))) {
            return false;
        }

        HttpSession session = request.getSession(false);
        if (session != null && fault != Fault.NOT_AGAIN) {
            session.invalidate();
        }

        response.sendRedirect(
                request.getRequestURI() + "?" + request.getQueryString().replaceAll("&(prompt|max_age)=[^&]*", ""));
        return true;
    }
}
