package io.muster.cli;

import io.muster.app.AuditLine;
import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.Page;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster audit}. */
@Command(
        name = "audit",
        description = "Show who did what and when, newest first. Every act of a person has a line; contacts' values"
                + " are never in it.",
        footer = {
            "",
            "Examples:",
            "  muster audit --directory Customers",
            "  muster audit --actor anna --since 2026-11-01 --json",
            "  muster audit --subject CID_1a2B3c4D5e6F7g8 --action contact.update"
        })
final class AuditCommand extends AppCommands implements Runnable {

    private static final Listing<AuditLine> LINES = new Listing<AuditLine>("Nothing was done.")
            .column("AT", AuditLine::at)
            .column("ACTOR", AuditLine::actor)
            .column("BY", AuditLine::actorKind)
            .column("ACTION", AuditLine::action)
            .column("SUBJECT", AuditLine::subject)
            .column(
                    "DETAIL",
                    line -> line.detail().entrySet().stream()
                            .map(value -> value.getKey() + "=" + value.getValue())
                            .collect(Collectors.joining(", ")));

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            description = "Only what was done in this directory, by id or name.")
    private @Nullable String directory;

    @Option(names = "--actor", paramLabel = "NAME", description = "Only what this actor did.")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only this action, for example contact.update.")
    private @Nullable String action;

    @Option(names = "--subject", paramLabel = "ID", description = "Only what was done to the thing of this id.")
    private @Nullable String subject;

    @Option(names = "--since", paramLabel = "TIME", description = "Only from this time on, as ISO 8601; UTC.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only before this time, as ISO 8601; UTC.")
    private @Nullable String until;

    @Mixin
    private Paging paging;

    @Mixin
    private Output output;

    AuditCommand(Terminal terminal) {
        super(terminal);
    }

    private record Answer(List<AuditLine> lines, @Nullable String next) {}

    @Override
    public void run() {
        AuditRequest request = new AuditRequest(
                directory, actor, action, subject, Moment.of("--since", since), Moment.of("--until", until));
        ask(AuditService.class, audit -> {
            Page<AuditLine> page = audit.list(request, paging.after(), paging.most());
            output.print(new Answer(page.items(), page.next()), () -> LINES.text(page.items()));
            paging.note(page);
        });
    }
}
