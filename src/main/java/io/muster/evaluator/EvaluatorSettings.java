package io.muster.evaluator;

import io.muster.support.KnownSetting;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.log.LogFormat;
import io.muster.support.tls.ServerCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluator was started with.
 *
 * @param listen where decisions are answered
 * @param metrics where metrics are answered
 * @param home the state folder
 * @param snapshots the published tree that is read
 * @param server the server that snapshots and changes come from; empty when they come from a folder
 * @param staleAfter answers are marked stale when the contacts are older
 * @param certificate what connections are encrypted with; empty: plain text
 * @param maxRequests more requests in work or waiting are refused
 * @param log how the log is written
 */
record EvaluatorSettings(
        Address listen,
        Address metrics,
        Path home,
        Path snapshots,
        Optional<Source> server,
        Duration staleAfter,
        Optional<ServerCertificate> certificate,
        int maxRequests,
        LogFormat log) {

    static final String USAGE = """
        Usage: muster evaluator [--port N] [--snapshots DIR | --server URL --token-file F] [--stale-after T]

        Answer decisions from snapshots, without a database, until asked to stop (Ctrl-C, SIGTERM).

        Options:
              --port N            Where decisions are answered; 0: any free port (MUSTER_EVALUATOR_PORT; 8081).
              --snapshots DIR     The published tree (MUSTER_SNAPSHOTS; the folder snapshots of MUSTER_HOME).
              --server URL        Take snapshots and changes from this server instead (MUSTER_EVALUATOR_SERVER).
              --token-file F      The file with the server's token of scope snapshots (MUSTER_EVALUATOR_TOKEN_FILE).
              --stale-after T     Mark answers stale when the contacts are older: 90s, 30m, 26h
                                  (MUSTER_EVALUATOR_STALE_AFTER; 26h).
          -h, --help              Show this help.

        Environment: MUSTER_EVALUATOR_HOST (loopback), MUSTER_EVALUATOR_MAX_REQUESTS (4096),
        MUSTER_TLS_CERTIFICATE and MUSTER_TLS_KEY (PEM files; read again when they change),
        MUSTER_METRICS_PORT (9464), MUSTER_METRICS_HOST (loopback), MUSTER_LOG_FORMAT (text; json), MUSTER_HOME.
        Health: /health/live and /health/ready. Metrics: /metrics on their own port. See docs/evaluator.md.

        Examples:
          muster evaluator --port 8081
          muster evaluator --snapshots /srv/snapshots --stale-after 12h
        """;

    private static final Map<String, KnownSetting> OPTIONS = Map.of(
            "--port", KnownSettings.EVALUATOR_PORT,
            "--snapshots", KnownSettings.SNAPSHOTS,
            "--server", KnownSettings.EVALUATOR_SERVER,
            "--token-file", KnownSettings.EVALUATOR_TOKEN_FILE,
            "--stale-after", KnownSettings.EVALUATOR_STALE_AFTER);

    /**
     * An address to listen on.
     *
     * @param host a name or number
     * @param port 0 for any free one
     * @param chosen whether it was set; another one that was not set may stand in for it
     */
    record Address(String host, int port, boolean chosen) {}

    /**
     * The server that snapshots come from.
     *
     * @param address its address without a slash at the end
     * @param token sent with each request
     */
    record Source(URI address, String token) {

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * Reads arguments and environment; arguments win.
     *
     * @throws Refusal when something is wrong
     */
    static EvaluatorSettings of(List<String> arguments, Function<String, @Nullable String> environment) {
        Map<String, String> options = options(arguments);
        Settings settings = new Settings(name -> {
            String option = options.get(name);
            return option == null ? environment.apply(Settings.variable(name)) : option;
        });
        String named = environment.apply("MUSTER_HOME");
        Path home = Path.of(named == null || named.isBlank() ? ".muster" : named)
                .toAbsolutePath()
                .normalize();
        if (options.containsKey(KnownSettings.SNAPSHOTS.name())
                && options.containsKey(KnownSettings.EVALUATOR_SERVER.name())) {
            throw usage("--snapshots and --server exclude each other", "Give one of them.");
        }

        Optional<Source> source =
                options.containsKey(KnownSettings.SNAPSHOTS.name()) ? Optional.empty() : source(settings);
        return new EvaluatorSettings(
                new Address(
                        settings.text(KnownSettings.EVALUATOR_HOST),
                        settings.number(KnownSettings.EVALUATOR_PORT),
                        true),
                new Address(
                        settings.text(KnownSettings.METRICS_HOST),
                        settings.number(KnownSettings.METRICS_PORT),
                        settings.has(KnownSettings.METRICS_PORT)),
                home,
                source.isPresent()
                        ? home.resolve("evaluator").resolve("snapshots")
                        : settings.text(KnownSettings.SNAPSHOTS).map(Path::of).orElse(home.resolve("snapshots")),
                source,
                settings.duration(KnownSettings.EVALUATOR_STALE_AFTER),
                ServerCertificate.read(settings, InstantSource.system()),
                settings.number(KnownSettings.EVALUATOR_MAX_REQUESTS),
                settings.one(KnownSettings.LOG_FORMAT, LogFormat.class));
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            KnownSetting setting = OPTIONS.get(name);
            if (setting == null) {
                throw usage("'%s' is not known".formatted(name), "Run muster evaluator --help.");
            }

            if (equals < 0 && i + 1 == arguments.size()) {
                throw usage("%s needs a value".formatted(name), "Run muster evaluator --help.");
            }

            if (options.put(setting.name(), equals < 0 ? arguments.get(++i) : argument.substring(equals + 1)) != null) {
                throw usage("%s is given twice".formatted(name), "Give it once.");
            }
        }

        return options;
    }

    private static Optional<Source> source(Settings settings) {
        Optional<String> named = settings.text(KnownSettings.EVALUATOR_SERVER);
        if (named.isEmpty()) {
            return Optional.empty();
        }

        String server = named.get();
        String tokenFile = settings.text(KnownSettings.EVALUATOR_TOKEN_FILE)
                .orElseThrow(() -> usage("--server needs a token", "Give its file with --token-file."));

        URI address;
        try {
            address = URI.create(server.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw notAnAddress(server);
        }

        if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())) {
            throw notAnAddress(server);
        }

        try {
            return Optional.of(
                    new Source(address, Files.readString(Path.of(tokenFile)).strip()));
        } catch (IOException e) {
            throw usage("the token file %s cannot be read".formatted(tokenFile), "Give a file Muster may read.");
        }
    }

    private static Refusal notAnAddress(String server) {
        return usage(
                "'%s' is no address of a server".formatted(server), "Write for example https://muster.example.org.");
    }

    private static Refusal usage(String reason, String advice) {
        return Refusal.usage("Cannot start the evaluator: %s. %s".formatted(reason, advice));
    }
}
