package io.muster.cli;

import io.muster.support.Visible;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option {@code --json} of every command that answers, to be mixed in. */
final class Output {

    private final Terminal terminal;

    @Option(names = "--json", description = "Answer with JSON.")
    private boolean json;

    Output(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Prints the answer: as JSON when asked to, else as text for a person. */
    void print(Object answer, Supplier<String> text) {
        if (json) {
            terminal.json(answer);
        } else {
            // Names and values come from others: escape sequences must not reach the terminal.
            String lines = Visible.lines(text.get());
            terminal.text().print(lines);
            if (!lines.isEmpty() && !lines.endsWith("\n")) {
                terminal.text().println();
            }
        }
    }

    /** Whether JSON was asked for. */
    boolean isJson() {
        return json;
    }
}
