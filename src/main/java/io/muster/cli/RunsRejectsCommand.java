package io.muster.cli;

import io.muster.runs.RejectDownload;
import io.muster.runs.RunsConfiguration;
import io.muster.support.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster runs rejects}. */
@Command(
        name = "rejects",
        description = {
            "Write the rejected rows of a run with the reason of each.",
            "",
            "csv is written as the file was (charset, delimiter), with the columns muster_row, muster_line,"
                    + " muster_field, muster_code and muster_reason in front: correct the cells and import the file again,"
                    + " those columns are left out. jsonl is UTF-8, one object a line."
        },
        footer = {"", "Examples:", "  muster runs rejects RN_1a2B3c4D5e6F7g8 --format csv > rejects.csv"})
final class RunsRejectsCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "csv",
            description = "csv (default) or jsonl.")
    private String format;

    RunsRejectsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        RejectDownload.Format chosen = switch (format) {
            case "csv" -> RejectDownload.Format.CSV;
            case "jsonl" -> RejectDownload.Format.JSONL;
            default -> throw Refusal.usage("Cannot write rejects as '" + format + "'. Use csv or jsonl.");
        };
        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            context.get(RejectDownload.class).write(run.id(), chosen, terminal.answer());
        }
    }
}
