package io.muster.access;

import io.muster.support.Ids;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tokens as Spring beans. */
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
}
