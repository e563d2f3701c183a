package io.muster.cli;

import io.muster.app.Page;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that lists, to be mixed in. */
final class Paging {

    private final Terminal terminal;

    @Option(
            names = "--after",
            paramLabel = "CURSOR",
            description = "Go on after this one: the id of the last one listed, or what the page before gave as next.")
    private @Nullable String after;

    @Option(
            names = {"--most", "--limit"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int most;

    Paging(Terminal terminal) {
        this.terminal = terminal;
    }

    @Nullable
    String after() {
        return after;
    }

    int most() {
        if (most < 1 || most > Page.MOST) {
            throw Refusal.invalid(
                    "PAGE_SIZE", "Cannot list %d at once: from 1 to %d are possible.".formatted(most, Page.MOST));
        }

        return most;
    }

    /** Says on standard error how to go on where there is more. */
    void note(Page<?> page) {
        String next = page.next();
        if (next != null) {
            terminal.notes()
                    .println("Stopped at %d; go on with --after %s."
                            .formatted(page.items().size(), next));
        }
    }
}
