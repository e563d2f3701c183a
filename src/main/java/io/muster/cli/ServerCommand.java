package io.muster.cli;

import org.jspecify.annotations.Nullable;
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

    private final Terminal terminal;

    @Option(names = "--port", paramLabel = "N", description = "The port it listens on; 0: any free one. Default: 8080.")
    private @Nullable Integer port;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        new ServerRole(terminal, port).run();
    }
}
