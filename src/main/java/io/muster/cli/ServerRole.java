package io.muster.cli;

import io.muster.app.RunningConfiguration;
import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunUpkeep;
import io.muster.automation.attention.Attention;
import io.muster.automation.events.EventWorker;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationServer;
import io.muster.automation.server.ServerSettings;
import io.muster.jobs.servers.ThisServer;
import io.muster.runs.WarningLogConfiguration;
import io.muster.support.KnownSettings;
import io.muster.support.PrivateFiles;
import io.muster.support.PublicUrl;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.Spool;
import io.muster.support.log.LogFormat;
import io.muster.web.WebServer;
import io.muster.web.WebSettings;
import io.muster.web.console.provider.ProviderSettings;
import io.muster.web.metrics.MetricsConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The server as it runs within its command; apart from that, as every command looks at the types that the methods of all
 * commands name.
 */
final class ServerRole {

    /** What remains of the shutdown after the runs have stopped: closing the database and the endpoint. */
    private static final Duration AFTER_RUNS = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(ServerRole.class);
    private static final int LAST_PORT = 65_535;

    private final Terminal terminal;
    private final @Nullable Integer port;

    /** @param port the port it listens on; null for the one that is set */
    ServerRole(Terminal terminal, @Nullable Integer port) {
        this.terminal = terminal;
        this.port = port;
    }

    void run() {
        Consumer<String> says;
        try (AppContext context = AppContext.open(terminal, configurations())) {
            says = says(context);
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
                    me(context),
                    context.get(Clock.class))) {
                serve(server, context, files, settings, says);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw Refusal.failed("Cannot go on: the server was interrupted. Start it again.", interrupted);
            }
        }

        says.accept("muster server: stopped");
    }

    /** To people, and to what collects logs: one line in one form. */
    private Consumer<String> says(AppContext context) {
        LogFormat format = new Settings(context.get(Environment.class)::getProperty)
                .one(KnownSettings.LOG_FORMAT, LogFormat.class);
        return format == LogFormat.JSON ? LOG::info : terminal.notes()::println;
    }

    private void serve(
            AutomationServer server, AppContext context, JobFiles files, ServerSettings settings, Consumer<String> says)
            throws InterruptedException {
        // It answers, at least that it is not ready, until runs have stopped.
        try (WebServer web = WebServer.start(webSettings(context), context.beans(), server)) {
            server.begin();
            context.get(EventWorker.class).start();
            CountDownLatch asked = new CountDownLatch(1);
            // Never taken back: the process has to wait for this command until it has returned.
            terminal.onStop(
                    () -> {
                        server.stop();
                        asked.countDown();
                    },
                    settings.shutdownPatience().plus(AFTER_RUNS));
            says.accept("muster server: job files in " + files.folder() + ": " + server.summary());
            says.accept("muster server: listening on " + web.scheme() + "://" + web.address());
            tellOfSetup(context, web, says);
            if (web.isMetricsPortMoved()) {
                says.accept("muster server: the usual port of metrics is taken; they are on http://"
                        + web.metricsAddress() + "/metrics");
            }

            asked.await();
            says.accept("muster server: stopping");
            server.close();
        }
    }

    /** While there is nobody: the link for the first administrator, never in a log, since logs travel. */
    private void tellOfSetup(AppContext context, WebServer web, Consumer<String> says) {
        Settings settings = new Settings(context.get(Environment.class)::getProperty);
        if (!ProviderSettings.passwords(settings)) {
            return;
        }

        String base = PublicUrl.read(settings).orElse(web.scheme() + "://" + web.address());
        boolean seen =
                terminal.isWatched() && settings.one(KnownSettings.LOG_FORMAT, LogFormat.class) == LogFormat.TEXT;
        Path file = terminal.home().path().resolve("setup-link");
        context.get(UserService.class).firstLink(base).ifPresent(link -> {
            String nobody = "muster server: there is no user yet; ";
            if (seen) {
                terminal.notes().println(nobody + "the first administrator chooses a password at " + link.link());
            } else {
                write(file, link.link());
                says.accept(nobody + "the link for the first administrator is in " + file);
            }
        });
    }

    private static void write(Path file, String link) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PrivateFiles.FILE);
            Files.writeString(file, link + System.lineSeparator());
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write " + file + ": " + e.getMessage()
                            + ". Check the state folder, or make a user first: muster users create NAME --role administer",
                    e);
        }
    }

    private ThisServer me(AppContext context) {
        return ThisServer.begin(
                context.get(JdbcClient.class),
                terminal.home(),
                context.get(Spool.class),
                VersionCommand.number(),
                context.get(Clock.class));
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
        return new Class<?>[] {RunningConfiguration.class, WarningLogConfiguration.class, MetricsConfiguration.class};
    }
}
