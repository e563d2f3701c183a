package io.muster.web;

import io.muster.support.KnownSettings;
import io.muster.support.PublicUrl;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.tls.ServerCertificate;
import io.muster.web.call.TrustedProxies;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the server is reached.
 *
 * @param http where it listens
 * @param metrics where its metrics are
 * @param publicUrl what links begin with, without a slash at the end; empty: what the caller used
 * @param evaluatorUrl where pages ask for decisions, without a slash at the end; empty: here
 * @param proxies whose word counts about who calls
 * @param certificate what connections are encrypted with; empty: plain text
 * @param maxRequests more requests at once are refused
 * @param eventsPerAddress events a minute from one address
 */
public record WebSettings(
        Listen http,
        Listen metrics,
        Optional<String> publicUrl,
        Optional<String> evaluatorUrl,
        TrustedProxies proxies,
        Optional<ServerCertificate> certificate,
        int maxRequests,
        int eventsPerAddress) {

    /**
     * An address to listen on.
     *
     * @param port 0 for any
     * @param chosen whether the port was set; another one that was not set may stand in for it
     */
    public record Listen(String host, int port, boolean chosen) {}

    /**
     * Reads {@code muster.http.*}, {@code muster.metrics.*}, {@code muster.public-url}, {@code muster.evaluator.url},
     * {@code muster.trusted-proxies} and {@code muster.tls.*}.
     *
     * @throws Refusal when one cannot be used, with its name and an example
     */
    public static WebSettings read(Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new WebSettings(
                new Listen(settings.text(KnownSettings.HTTP_HOST), settings.number(KnownSettings.HTTP_PORT), true),
                new Listen(
                        settings.text(KnownSettings.METRICS_HOST),
                        settings.number(KnownSettings.METRICS_PORT),
                        settings.has(KnownSettings.METRICS_PORT)),
                PublicUrl.read(settings),
                PublicUrl.read(settings, KnownSettings.EVALUATOR_URL),
                TrustedProxies.of(settings.text(KnownSettings.TRUSTED_PROXIES)),
                ServerCertificate.read(settings, InstantSource.system()),
                settings.number(KnownSettings.HTTP_MAX_REQUESTS),
                settings.number(KnownSettings.HTTP_EVENTS_PER_ADDRESS));
    }

    /** The same on another port. */
    public WebSettings onPort(int port) {
        return new WebSettings(
                new Listen(http.host(), port, true),
                metrics,
                publicUrl,
                evaluatorUrl,
                proxies,
                certificate,
                maxRequests,
                eventsPerAddress);
    }
}
