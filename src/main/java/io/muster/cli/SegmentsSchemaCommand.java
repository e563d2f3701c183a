package io.muster.cli;

import io.muster.segment.condition.Conditions;
import picocli.CommandLine.Command;

/** {@code muster segments schema}: needs no database. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of condition files, for editors.",
        footer = {"", "Examples:", "  muster segments schema > condition.schema.json"})
final class SegmentsSchemaCommand implements Runnable {

    private final Terminal terminal;

    SegmentsSchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        terminal.text().print(Conditions.schema());
    }
}
