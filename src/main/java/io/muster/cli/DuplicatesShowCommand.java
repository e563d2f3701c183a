package io.muster.cli;

import io.muster.cli.DuplicatesAnswer.Explained;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster duplicates show}. */
@Command(
        name = "show",
        description = "Explain a merge: what connected the contacts and what they were before.",
        footer = {"", "Examples:", "  muster duplicates show MG_1a2B3c4D5e6F7g8"})
final class DuplicatesShowCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "MERGE", description = "The merge's id, MG_…")
    private String merge;

    @Mixin
    private Output output;

    DuplicatesShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The numeric id of a merge. */
    static long read(Ids ids, String text) {
        return ids.read(PublicId.MERGE, text.strip())
                .orElseThrow(() -> Refusal.usage("Cannot find the merge '" + text
                        + "': that is "
                        + (ids.isOfAnotherInstallation(text.strip())
                                ? "an id of another installation"
                                : "no id of a merge")
                        + ". Use an id MG_… of 'muster duplicates list'."));
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, MergeConfiguration.class)) {
            Ids ids = context.get(Ids.class);
            long id = read(ids, merge);
            Explained answer = Explained.of(context.get(Duplicates.class).show(id), ids);
            output.print(answer, () -> text(answer));
        }
    }

    private static String text(Explained answer) {
        StringBuilder text = new StringBuilder("%s  %s  %s\n"
                .formatted(
                        answer.merge().merge(),
                        answer.merge().state(),
                        answer.merge().merged()));
        answer.merge()
                .because()
                .forEach(shared -> text.append("same by %s: %s\n"
                        .formatted(String.join(",", shared.rule()), String.join(" ", shared.contacts()))));
        answer.before().forEach(before -> {
            text.append('\n').append(before.contact()).append('\n');
            before.values().forEach((name, value) -> text.append("  %s: %s\n".formatted(name, value)));
        });
        return text.toString();
    }
}
