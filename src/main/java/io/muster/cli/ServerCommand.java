package io.muster.cli;

import io.muster.app.RunningConfiguration;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunUpkeep;
import io.muster.automation.attention.Attention;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationServer;
import io.muster.automation.server.ServerSettings;
import io.muster.runs.WarningLogConfiguration;
import io.muster.support.Refusal;
import io.muster.web.WebServer;
import io.muster.web.WebSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster server}: runs the schedules of all job files until it is asked to stop. */
@Command(
        name = "server",
        description = "Run the schedules of all job files until asked to stop (Ctrl-C, SIGTERM).",
        footer = {
            "",
            "Any number of servers may share a database; each time of a schedule runs in one of them.",
            "Health: http://127.0.0.1:8080/health/live, /health/ready and /health/attention (what waits for a person).",
            "Environment: MUSTER_JOBS, MUSTER_HTTP_HOST, MUSTER_HTTP_PORT (0: any), MUSTER_SERVER_PARALLEL_RUNS,",
            "MUSTER_SERVER_SHUTDOWN_SECONDS, MUSTER_HISTORY_DAYS, MUSTER_MAIL_HOST; see docs/schedules.md.",
            "",
            "Examples:",
            "  muster server",
            "  muster server --port 9090"
        })
final class ServerCommand implements Runnable {

    /** What remains of the shutdown after the runs have stopped: closing the database and the endpoint. */
    private static final Duration AFTER_RUNS = Duration.ofSeconds(15);

    private static final int LAST_PORT = 65_535;

    private final Terminal terminal;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Option(names = "--port", paramLabel = "N", description = "The port it listens on; 0: any free one. Default: 8080.")
    private @Nullable Integer port;

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, configurations())) {
            ServerSettings settings = context.get(ServerSettings.class);
            JobFiles files = context.get(JobFiles.class);
            try (AutomationServer server = AutomationServer.create(
                    settings,
                    files,
                    context.get(DataSource.class),
                    context.get(AutomationRuns.class),
                    context.get(RunUpkeep.class),
                    context.get(Notifications.class),
                    context.get(Attention.class),
                    context.get(Clock.class))) {
                serve(server, context, files, settings);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw Refusal.failed("Cannot go on: the server was interrupted. Start it again.", interrupted);
            }
        }

        terminal.notes().println("muster server: stopped");
    }

    private void serve(AutomationServer server, AppContext context, JobFiles files, ServerSettings settings)
            throws InterruptedException {
        // It answers, at least that it is not ready, until runs have stopped.
        try (WebServer web = WebServer.start(webSettings(context), context.beans(), server)) {
            server.begin();
            CountDownLatch asked = new CountDownLatch(1);
            // Never taken back: the process has to wait for this command until it has returned.
            terminal.onStop(
                    () -> {
                        server.stop();
                        asked.countDown();
                    },
                    settings.shutdownPatience().plus(AFTER_RUNS));
            terminal.notes().println("muster server: job files in " + files.folder() + ": " + server.summary());
            terminal.notes().println("muster server: listening on http://" + web.address());
            if (web.isMetricsPortMoved()) {
                terminal.notes().println("muster server: the usual port of metrics is taken; they are on http://"
                        + web.metricsAddress() + "/metrics");
            }

            asked.await();
            terminal.notes().println("muster server: stopping");
            server.close();
        }
    }

    private WebSettings webSettings(AppContext context) {
        WebSettings settings = WebSettings.read(context.get(Environment.class)::getProperty);
        if (port == null) {
            return settings;
        }

        if (port < 0 || port > LAST_PORT) {
            throw Refusal.usage("Cannot listen on port %d: give a number from 0 to %d.".formatted(port, LAST_PORT));
        }

        return settings.onPort(port);
    }

    private static Class<?>[] configurations() {
        return new Class<?>[] {RunningConfiguration.class, WarningLogConfiguration.class};
    }
}
