package io.muster.cli;

import io.muster.jobs.Run;
import io.muster.runs.Operator;
import io.muster.runs.OperatorConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster runs show}. */
@Command(
        name = "show",
        description = "Show a run: how it stands, its counts, and what may be done with it.",
        footer = {"", "Examples:", "  muster runs show RN_1a2B3c4D5e6F7g8 --json"})
final class RunsShowCommand implements Runnable {

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
        try (AppContext context = AppContext.open(terminal, OperatorConfiguration.class)) {
            Operator operator = context.get(Operator.class);
            Run shown = operator.show(run.id());
            JsonMapper json = context.get(JsonMapper.class);
            RunAnswer answer = RunAnswer.whole(shown, json, operator.allowed(shown));
            output.print(answer.complete(json), () -> text(answer));
        }
    }

    private static String text(RunAnswer answer) {
        StringBuilder text = new StringBuilder(answer.lines()).append('\n');
        text.append("file       ").append(answer.file()).append('\n');
        if (answer.automation() != null) {
            text.append("automation ").append(answer.automation()).append('\n');
        }

        text.append("step       ").append(answer.step()).append('\n');
        text.append("started    ").append(answer.started()).append('\n');
        text.append("ended      ")
                .append(answer.ended() == null ? "-" : answer.ended())
                .append('\n');
        text.append("heartbeat  ").append(answer.heartbeat()).append('\n');
        text.append("allowed    ").append(String.join(", ", java.util.Objects.requireNonNull(answer.allowed())));
        return text.append('\n').toString();
    }
}
