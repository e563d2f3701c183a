package io.muster.cli;

import io.muster.cli.DuplicatesAnswer.Recorded;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.directory.Directory;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster duplicates list}. */
@Command(
        name = "list",
        description = "List the merges of a directory, newest first.",
        footer = {"", "Examples:", "  muster duplicates list --directory Customers --json"})
final class DuplicatesListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--before", paramLabel = "MERGE", description = "Only merges older than this one, for paging.")
    private @Nullable String before;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit = 100;

    @Mixin
    private Output output;

    DuplicatesListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (limit < 1) {
            throw Refusal.usage("Cannot list " + limit + " merges: that is none. Give --limit 1 or more.");
        }

        try (AppContext context = AppContext.open(terminal, MergeConfiguration.class)) {
            Ids ids = context.get(Ids.class);
            long end = before == null ? Long.MAX_VALUE : DuplicatesShowCommand.read(ids, before);
            Directory found = directory.find(context);
            List<Recorded> answer = context.get(Duplicates.class).list(found.number(), end, limit).stream()
                    .map(merge -> Recorded.of(ids, merge))
                    .toList();
            output.print(answer, () -> text(answer));
        }
    }

    private static String text(List<Recorded> merges) {
        if (merges.isEmpty()) {
            return "No merges. See what there is to merge with: muster duplicates preview --directory DIRECTORY\n";
        }

        TextTable table = new TextTable("MERGE", "STATE", "MERGED", "SURVIVOR", "ABSORBED", "SAME BY");
        merges.forEach(merge -> table.row(
                merge.merge(),
                merge.state(),
                merge.merged(),
                merge.survivor(),
                merge.absorbed(),
                DuplicatesAnswer.rules(merge.because())));
        return table.toString();
    }
}
