package io.muster.web;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.access.KnownTokens;
import io.muster.automation.server.AutomationServer;
import io.muster.evaluator.LocalDecisions;
import io.muster.intake.Intake;
import io.muster.intake.Visitors;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import io.muster.support.tls.ServerCertificate;
import io.muster.web.console.runs.Concerns;
import io.muster.web.v3.PlainPaths;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextException;

/**
 * The HTTP server of a process. It is a child of the process's beans: controllers are given the services from there, and it
 * is started after and closed before them.
 */
public final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final int MOST_HEADER = 16 * 1_024;
    private static final Duration IDLE = Duration.ofSeconds(75);
    private static final int MOST_CONNECTIONS = 8_192;
    /** They accept, select and hand over; requests are answered by virtual threads. */
    private static final int PLATFORM_THREADS = 16;

    private static final Duration TOKENS_PAUSE = Duration.ofSeconds(1);
    private static final String CONTEXT = "web";

    private final WebSettings settings;
    private final AnnotationConfigServletWebServerApplicationContext context;
    private final WebMetrics metrics;
    private final MetricsServer metricsServer;
    private final ScheduledExecutorService duties;

    private WebServer(
            WebSettings settings,
            AnnotationConfigServletWebServerApplicationContext context,
            WebMetrics metrics,
            MetricsServer metricsServer,
            ScheduledExecutorService duties) {
        this.settings = settings;
        this.context = context;
        this.metrics = metrics;
        this.metricsServer = metricsServer;
        this.duties = duties;
    }

    /**
     * Starts listening.
     *
     * @param beans of the process; those of {@code app} and {@code access} among them
     * @param server whose health is answered
     * @throws Refusal when the port cannot be listened on
     */
    public static WebServer start(WebSettings settings, ApplicationContext beans, AutomationServer server) {
        return start(settings, beans, server, WebConfiguration.class);
    }

    /** Starts listening with these configurations. */
    static WebServer start(
            WebSettings settings, ApplicationContext beans, AutomationServer server, Class<?>... configurations) {
        File folder = beans.getBean(StateFolder.class).folder("web").toFile();
        KnownTokens tokens = beans.getBean(KnownTokens.class);
        tokens.keepUp();
        Intake intake = beans.getBean(Intake.class);
        ServerHealth health =
                new ServerHealth(server, intake, beans.getBean(Spool.class).path());
        WebMetrics metrics = new WebMetrics(beans.getBean(PrometheusMeterRegistry.class), server, health);
        metrics.add(List.of(new IntakeMetrics(intake), new VisitorMetrics(beans.getBean(Visitors.class))), List.of());
        metrics.add(beans.getBeanProvider(MeterBinder.class), beans.getBeanProvider(MultiCollector.class));
        MetricsServer metricsServer = MetricsServer.start(settings.metrics(), metrics::scrape);
        AnnotationConfigServletWebServerApplicationContext context =
                new AnnotationConfigServletWebServerApplicationContext();
        context.setId(CONTEXT);
        // Two parts that name a bean alike would replace each other's without a word.
        context.setAllowBeanDefinitionOverriding(false);
        context.setParent(beans);
        context.getBeanFactory().registerSingleton("webSettings", settings);
        context.getBeanFactory().registerSingleton("webMetrics", metrics);
        context.getBeanFactory().registerSingleton("serverHealth", health);
        context.getBeanFactory().registerSingleton("concerns", (Concerns) health::concerns);
        context.registerBean(JettyServletWebServerFactory.class, () -> factory(settings, folder));
        context.register(configurations);
        try {
            context.refresh();
        } catch (ApplicationContextException | WebServerException failure) {
            metricsServer.close();
            throw Ports.cannotListen(settings.http(), "MUSTER_HTTP_PORT", failure);
        }

        LocalDecisions decisions = context.getBean(LocalDecisions.class);
        metrics.add(List.of(), List.of(decisions.snapshots()));
        ScheduledExecutorService duties = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("web-duties").daemon().factory());
        var ignored = duties.scheduleWithFixedDelay(
                () -> keepUp(tokens), TOKENS_PAUSE.toMillis(), TOKENS_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        return new WebServer(settings, context, metrics, metricsServer, duties);
    }

    private static void keepUp(KnownTokens tokens) {
        try {
            tokens.keepUp();
        } catch (RuntimeException failure) {
            // A duty that comes round again must not end with one failure.
            LOG.error("Cannot keep up with tokens: {}", failure.getMessage(), failure);
        }
    }

    /**
     * What makes the server.
     *
     * @param folder an empty one, always the same: else each start makes another, which a process that is killed leaves
     */
    private static JettyServletWebServerFactory factory(WebSettings settings, File folder) {
        JettyServletWebServerFactory factory =
                new JettyServletWebServerFactory(settings.http().port());
        factory.setDocumentRoot(folder);
        factory.setAddress(Ports.address(settings.http().host()));
        factory.setThreadPool(threads());
        factory.setMaxConnections(MOST_CONNECTIONS);
        factory.setShutdown(Shutdown.GRACEFUL);
        factory.addServerCustomizers(server -> customize(server, folder));
        settings.certificate().ifPresent(shown -> factory.addServerCustomizers(server -> encrypt(server, shown)));
        return factory;
    }

    /** A request may wait for the database or, in a long poll, for news: that must not cost a platform thread each. */
    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-"));
        return threads;
    }

    private static void customize(Server server, File folder) {
        JsonErrors errors = new JsonErrors();
        server.setErrorHandler(errors);
        server.getDescendants(WebAppContext.class).forEach(web -> {
            web.setErrorHandler(errors);
            web.setTempDirectory(folder);
            web.setTempDirectoryPersistent(true);
        });
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector http) {
                http.setIdleTimeout(IDLE.toMillis());
            }

            HttpConfiguration configuration =
                    connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
            configuration.setRequestHeaderSize(MOST_HEADER);
            configuration.setSendServerVersion(false);
            PlainPaths.install(configuration);
        }
    }

    /** Any name is served, whatever the certificate says: clients decide whether they take it. */
    private static void encrypt(Server server, ServerCertificate certificate) {
        SslContextFactory.Server encryption = new SslContextFactory.Server();
        encryption.setSslContext(certificate.context());
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector http) {
                http.getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .addCustomizer(new SecureRequestCustomizer(false));
                http.addFirstConnectionFactory(new SslConnectionFactory(encryption, http.getDefaultProtocol()));
                http.setDefaultProtocol(http.getDefaultConnectionFactory().getProtocol());
            }
        }
    }

    /** What the addresses of this server begin with. */
    public String scheme() {
        return settings.certificate().isPresent() ? "https" : "http";
    }

    /** Where it answers, such as {@code 127.0.0.1:8080}. */
    public String address() {
        return Ports.text(
                settings.http().host(),
                Objects.requireNonNull(context.getWebServer()).getPort());
    }

    /** Where its metrics are, as host and port. */
    public String metricsAddress() {
        return metricsServer.address();
    }

    /** Whether the metrics are on another port than the usual one, which is taken. */
    public boolean isMetricsPortMoved() {
        return !settings.metrics().chosen()
                && metricsServer.port() != settings.metrics().port();
    }

    /** The beans of HTTP. */
    ApplicationContext beans() {
        return context;
    }

    /** Accepts no more, lets requests in work end, and stops. */
    @Override
    public void close() {
        duties.shutdownNow();
        context.close();
        metricsServer.close();
        metrics.close();
    }
}
