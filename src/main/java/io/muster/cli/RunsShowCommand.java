package io.muster.cli;

import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.jobs.Run;
import io.muster.runs.RunService;
import io.muster.runs.RunsConfiguration;
import io.muster.support.PublicId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster runs show}. */
@Command(
        name = "show",
        description = "Show a run: how it stands, its counts, and what may be done with it.",
        footer = {"", "Examples:", "  muster runs show RN_1a2B3c4D5e6F7g8 --json"})
final class RunsShowCommand implements Runnable {

    private static final int MOST_ACTS = 100;

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    RunsShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            RunService runs = context.get(RunService.class);
            Run shown = runs.show(run.id());
            JsonMapper json = context.get(JsonMapper.class);
            RunAnswer answer = RunAnswer.whole(shown, json, runs.allowed(shown));
            output.print(
                    answer,
                    () -> text(
                            answer,
                            context.get(Audit.class)
                                    .read(AuditQuery.about(PublicId.RUN, shown.number()), null, MOST_ACTS)));
        }
    }

    private static String text(RunAnswer answer, List<AuditEntry> acts) {
        Run run = answer.run();
        StringBuilder text = new StringBuilder(answer.lines()).append('\n');
        line(text, "kind", run.kind().key());
        if (run.rows() != null) {
            line(text, "file", answer.file());
        }

        if (run.automation() != null) {
            line(text, "automation", run.automation());
        }

        Long ended = run.ended();
        line(text, "step", run.step());
        line(text, "started", RunAnswer.time(run.started()));
        line(text, "ended", ended == null ? "-" : RunAnswer.time(ended));
        line(text, "heartbeat", RunAnswer.time(run.heartbeat()));
        line(text, "allowed", answer.allowed());
        answer.notes().forEach(note -> text.append(note).append('\n'));
        acts.reversed()
                .forEach(act -> text.append("%s %s by %s%n"
                        .formatted(
                                RunAnswer.time(act.actedAt()),
                                act.action(),
                                act.actor().text())));
        return text.toString();
    }

    private static void line(StringBuilder text, String label, @Nullable String value) {
        text.append("%-11s%s%n".formatted(label, value));
    }
}
