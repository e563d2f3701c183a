package io.muster.evaluator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.evaluator.EvaluatorSettings.Address;
import io.muster.evaluator.EvaluatorSettings.Source;
import io.muster.evaluator.HttpConnection.ServerRole;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import io.muster.support.log.LogFormat;
import io.netty.channel.EventLoop;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read-only process that answers decisions. It serves what is on disk when it starts, whether or not a server can be
 * reached, and goes on serving when everything else is gone.
 */
public final class Evaluator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

    /** How often the tree, or the server, is looked at. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A report names no more snapshots than this, the oldest first: it is a header. */
    private static final int MOST_REPORTED = 30;

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private final EvaluatorSettings settings;
    private final InstantSource clock;
    private final HttpPorts ports = new HttpPorts(HttpPorts.IDLE);
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counts counts = new Counts(meters);
    private final EvaluatorMetrics metrics;
    private final SnapshotWatch watch;
    private final Health health;
    private final AtomicLong lastHeard;
    private final Map<EventLoop, Turn> turns = new ConcurrentHashMap<>();
    private final Thread poller;
    private final InetSocketAddress address;
    private final InetSocketAddress metricsAddress;
    private final Optional<ServerPull> pull;
    private volatile boolean closed;
    private volatile double requestsPerSecond;

    private Evaluator(EvaluatorSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.lastHeard = new AtomicLong(clock.millis());
        SnapshotFolder folder = new SnapshotFolder(settings.snapshots());
        this.watch = new SnapshotWatch(folder, settings.home().resolve("evaluator"), ports::afterReaders, counts);
        this.health = new Health(watch::served, watch::refusals);
        this.metrics = new EvaluatorMetrics(meters, watch, health, clock);
        try {
            watch.poll();
            ServerRole role = new ServerRole(counts, health, clock, settings.maxRequests());
            this.address = ports.listen(
                    settings.listen(),
                    "MUSTER_EVALUATOR_PORT",
                    settings.certificate(),
                    loop -> new HttpConnection(role, turn(loop)));
            this.metricsAddress = listenForMetrics(settings.metrics());
        } catch (RuntimeException e) {
            ports.close();
            metrics.close();
            watch.close();
            throw e;
        }

        this.pull = settings.server().map(source -> pull(source, folder));
        this.poller = Thread.ofPlatform().name("snapshots").daemon().start(this::keepPolling);
    }

    private ServerPull pull(Source source, SnapshotFolder folder) {
        return new ServerPull(source, folder, this::report, () -> lastHeard.set(clock.millis()), watch::tables);
    }

    /** Starts an evaluator in this process. */
    static Evaluator start(EvaluatorSettings settings, InstantSource clock) {
        return new Evaluator(settings, clock);
    }

    private Turn turn(EventLoop loop) {
        return turns.computeIfAbsent(
                loop,
                one -> new Turn(
                        one, new Decisions(watch::served, this::isSilent, settings.staleAfter(), clock, counts)));
    }

    private InetSocketAddress listenForMetrics(Address wanted) {
        Function<EventLoop, io.netty.channel.ChannelHandler> handler = loop -> new MetricsConnection(metrics, clock);
        try {
            return ports.listen(wanted, "MUSTER_METRICS_PORT", handler);
        } catch (Refusal taken) {
            if (wanted.chosen()) {
                throw taken;
            }

            return ports.listen(new Address(wanted.host(), 0, true), "MUSTER_METRICS_PORT", handler);
        }
    }

    private String scheme() {
        return settings.certificate().isPresent() ? "https" : "http";
    }

    /** Whether the server was not heard of for as long as makes answers stale. */
    private boolean isSilent() {
        return settings.server().isPresent()
                && clock.millis() - lastHeard.get() > settings.staleAfter().toMillis();
    }

    private void keepPolling() {
        long requests = 0;
        long since = System.nanoTime();
        while (!closed) {
            try {
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            } catch (InterruptedException e) {
                return;
            }

            look();
            long now = counts.requests().sum();
            long moment = System.nanoTime();
            requestsPerSecond = (now - requests) * 1e9 / (moment - since);
            requests = now;
            since = moment;
        }
    }

    private void look() {
        try {
            watch.poll();
            pull.ifPresent(ServerPull::follow);
        } catch (RuntimeException failure) {
            // Looking comes round again; what is served is served on.
            LOG.error("Cannot look for snapshots: {}", failure.getMessage(), failure);
        }
    }

    /** What the evaluator says of itself to its server: name, snapshots with their age, load, refusals. */
    private String report() {
        long now = clock.millis();
        List<Manifest> manifests = watch.served().projects().values().stream()
                .map(Served.Project::manifest)
                .sorted(Comparator.comparingLong(Manifest::moment))
                .toList();
        StringBuilder json = new StringBuilder("{\"name\":\"").append(name()).append("\",\"snapshots\":[");
        String comma = "";
        for (Manifest manifest : manifests.subList(0, Math.min(MOST_REPORTED, manifests.size()))) {
            json.append(comma)
                    .append("{\"project\":\"")
                    .append(manifest.project())
                    .append("\",\"version\":\"")
                    .append(manifest.version())
                    .append("\",\"age\":")
                    .append(manifest.age(now).toSeconds())
                    .append('}');
            comma = ",";
        }

        return json.append("],\"projects\":")
                .append(manifests.size())
                .append(",\"requestsPerSecond\":")
                .append(Math.round(requestsPerSecond))
                .append(",\"refusals\":")
                .append(counts.overloads().sum())
                .append(",\"refusedSnapshots\":")
                .append(watch.refusals().size())
                .append(",\"stale\":")
                .append(manifests.stream()
                        .anyMatch(manifest ->
                                manifest.table() != null && manifest.age(now).compareTo(settings.staleAfter()) > 0))
                .append(",\"behind\":")
                .append(health.isBehind())
                .append(",\"ends\":")
                .append(closed)
                .append('}')
                .toString();
    }

    private String name() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "evaluator";
        }

        return host.replaceAll("[^A-Za-z0-9.-]", "_") + ":" + address.getPort();
    }

    /** Where decisions are answered, as host and port. */
    String address() {
        return text(address);
    }

    /** Where metrics are answered, as host and port. */
    String metricsAddress() {
        return text(metricsAddress);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        pull.ifPresent(ServerPull::close);
        ports.close();
        try {
            poller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        metrics.close();
        watch.close();
    }

    /**
     * Runs {@code muster evaluator} until the process is asked to stop.
     *
     * @param arguments those after the word {@code evaluator}
     * @param environment the variables of the environment
     * @param out where help goes
     * @param err where everything else for a person goes
     * @return the exit code: 0 done, 1 the evaluator could not start, 2 wrong usage
     */
    public static int run(
            List<String> arguments, Function<String, @Nullable String> environment, PrintStream out, PrintStream err) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(EvaluatorSettings.USAGE);
            out.flush();
            return DONE;
        }

        try {
            EvaluatorSettings settings = EvaluatorSettings.of(arguments, environment);
            Consumer<String> says = settings.log() == LogFormat.JSON ? LOG::info : err::println;
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            try (Evaluator evaluator = start(settings, InstantSource.system())) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, ended)));
                says.accept("muster evaluator: listening on " + evaluator.scheme() + "://" + evaluator.address());
                evaluator.sayWhereMetricsAre(says);
                asked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }

            says.accept("muster evaluator: stopped");
            ended.countDown();
            return DONE;
        } catch (Refusal refusal) {
            err.println("muster evaluator: " + refusal.getMessage());
            return refusal.kind() == Refusal.Kind.INVALID ? WRONG_USE : FAILED;
        }
    }

    private void sayWhereMetricsAre(Consumer<String> says) {
        if (!settings.metrics().chosen()
                && metricsAddress.getPort() != settings.metrics().port()) {
            says.accept("muster evaluator: port %d is taken; metrics are on http://%s/metrics"
                    .formatted(settings.metrics().port(), metricsAddress()));
        }
    }

    /** Waits until the evaluator has closed; stopped in order, the process ends with 0 and not with its signal. */
    private static void stop(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            if (ended.await(10, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(DONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
