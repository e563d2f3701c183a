package io.muster.access;

import io.muster.support.Ids;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tokens and people as Spring beans. */
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {

    /** Where they are kept. */
    @Bean
    Tokens tokens(JdbcClient jdbc, InstantSource clock, Ids ids) {
        return new Tokens(jdbc, clock, ids);
    }

    /** Those that a server knows. */
    @Bean
    KnownTokens knownTokens(Tokens tokens, InstantSource clock) {
        return new KnownTokens(tokens, clock);
    }

    /** What they are exchanged for. */
    @Bean
    Bearers bearers(JdbcClient jdbc, KnownTokens tokens, Secrets secrets, InstantSource clock) {
        return new Bearers(jdbc, tokens, secrets, clock);
    }

    /** Their texts. */
    @Bean
    Secrets secrets() {
        return new Secrets(new SecureRandom());
    }

    /** People. */
    @Bean
    Users users(JdbcClient jdbc, InstantSource clock, Ids ids) {
        return new Users(jdbc, clock, ids);
    }

    /** How their passwords are kept. */
    @Bean
    @Lazy
    Passwords passwords() {
        return new Passwords();
    }

    /** How they choose them. */
    @Bean
    @Lazy
    PasswordLinks passwordLinks(Users users, Passwords passwords, Secrets secrets) {
        return new PasswordLinks(users, passwords, secrets);
    }

    /** How they sign in. */
    @Bean
    @Lazy
    SignIns signIns(Users users, Passwords passwords, InstantSource clock) {
        return new SignIns(users, passwords, clock);
    }
}
