package io.muster.web;

import io.muster.support.Refusal;
import io.muster.web.WebSettings.Listen;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Answers {@code /metrics} on a port of its own, and nothing else. */
final class MetricsServer implements AutoCloseable {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int THREADS = 6;

    private final Server server;
    private final ServerConnector connector;

    private MetricsServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts listening; on a free port where the usual one is taken.
     *
     * @throws Refusal when a port that was set cannot be listened on
     */
    static MetricsServer start(Listen wanted, Supplier<String> metrics) {
        try {
            return listen(wanted, metrics);
        } catch (Refusal taken) {
            if (wanted.chosen()) {
                throw taken;
            }

            return listen(new Listen(wanted.host(), 0, false), metrics);
        }
    }

    private static MetricsServer listen(Listen wanted, Supplier<String> metrics) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("metrics");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(wanted.host());
        connector.setPort(wanted.port());
        server.addConnector(connector);
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new Metrics(metrics));
        try {
            server.start();
            return new MetricsServer(server, connector);
        } catch (Exception failure) {
            stop(server);
            throw Ports.cannotListen(wanted, "MUSTER_METRICS_PORT", failure);
        }
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failure) {
            throw Refusal.failed(
                    "Cannot stop answering metrics: %s. End the process.".formatted(failure.getMessage()), failure);
        }
    }

    /** Where it answers, as host and port. */
    String address() {
        return Ports.text(connector.getHost(), connector.getLocalPort());
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        stop(server);
    }

    /** The one page there is. */
    private static final class Metrics extends Handler.Abstract {

        private final Supplier<String> metrics;

        Metrics(Supplier<String> metrics) {
            this.metrics = metrics;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!request.getHttpURI().getPath().equals("/metrics")) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            } else if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
                Response.writeError(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
            } else {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, TEXT);
                response.write(
                        true, java.nio.ByteBuffer.wrap(metrics.get().getBytes(StandardCharsets.UTF_8)), callback);
            }

            return true;
        }
    }
}
