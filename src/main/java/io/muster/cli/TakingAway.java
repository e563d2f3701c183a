package io.muster.cli;

import io.muster.support.Refusal;
import picocli.CommandLine.Option;

/** The options of every command that takes something away, to be mixed in. */
final class TakingAway {

    private final Terminal terminal;

    @Option(names = "--preview", description = "Say what would happen and change nothing.")
    private boolean preview;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask, even where a person is at the terminal.")
    private boolean yes;

    TakingAway(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean isPreview() {
        return preview;
    }

    /** Asks a person who is at the terminal, unless told not to; a refusal when the answer is not yes. */
    void confirm(String question) {
        if (!yes && !terminal.isConfirmed(question)) {
            throw Refusal.failed("NOT_CONFIRMED", "Cannot go on: it was not confirmed. Nothing was changed.");
        }
    }
}
