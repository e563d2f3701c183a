package io.muster.cli;

import io.muster.app.ServerService;
import io.muster.app.ServerService.ServerView;
import io.muster.app.ServerService.ServersView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster servers}. */
@Command(
        name = "servers",
        description = {
            "List the servers that share the database, and say whether their job files differ.",
            "",
            "One that was stopped in order is not listed; one that was lost is, as silent, for seven days."
        },
        footer = {
            "",
            "Servers with the same spool go on with each other's work; see docs/server.md.",
            "",
            "Examples:",
            "  muster servers",
            "  muster servers --json"
        })
final class ServersCommand extends AppCommands implements Runnable {

    private static final int CHARS_OF_ID = 8;

    private static final Listing<ServerView> SERVERS = new Listing<ServerView>(
                    "No server was heard in the last seven days.")
            .column("NAME", ServerView::name)
            .column("VERSION", ServerView::version)
            .column("SINCE", ServerView::since)
            .column("LAST SEEN", ServerView::lastSeen)
            .column("JOB FILES", ServerView::jobFiles)
            .column("SPOOL", server -> server.spool().substring(0, CHARS_OF_ID))
            .column("", server -> server.living() ? "" : "silent");

    @Mixin
    private Output output;

    ServersCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public void run() {
        ask(ServerService.class, service -> {
            ServersView all = service.all();
            output.print(all, () -> text(all));
        });
    }

    private static String text(ServersView all) {
        StringBuilder text = new StringBuilder(SERVERS.text(all.servers()));
        all.differing().forEach(one -> text.append("Since %s: %s\n".formatted(one.since(), one.text())));
        return text.toString();
    }
}
