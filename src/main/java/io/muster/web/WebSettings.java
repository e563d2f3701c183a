package io.muster.web;

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

    private static final String LOOPBACK = "127.0.0.1";
    private static final int LAST_PORT = 65_535;
    private static final String METRICS_PORT = "muster.metrics.port";

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
                new Listen(
                        settings.text("muster.http.host").orElse(LOOPBACK),
                        settings.number("muster.http.port", 8080, 0, LAST_PORT),
                        true),
                new Listen(
                        settings.text("muster.metrics.host").orElse(LOOPBACK),
                        settings.number(METRICS_PORT, 9464, 0, LAST_PORT),
                        settings.text(METRICS_PORT).isPresent()),
                PublicUrl.read(settings),
                PublicUrl.read(settings, "muster.evaluator.url"),
                TrustedProxies.of(
                        "muster.trusted-proxies",
                        settings.text("muster.trusted-proxies").orElse("loopback")),
                ServerCertificate.read(settings, InstantSource.system()),
                settings.number("muster.http.max-requests", 1_024, 1, 1_000_000),
                settings.number("muster.http.events-per-address", 3_000, 1, 999_999_999));
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
