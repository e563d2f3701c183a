package io.muster.cli;

import io.muster.cli.DuplicatesAnswer.Group;
import io.muster.cli.DuplicatesAnswer.Preview;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Directory;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster duplicates preview}. */
@Command(
        name = "preview",
        description = "Show what a merge would do; nothing is changed.",
        footer = {
            "",
            "Examples:",
            "  muster duplicates preview --directory Customers",
            "  muster duplicates preview --directory Customers --json"
        })
final class DuplicatesPreviewCommand implements Runnable {

    private static final int SHOWN = 1_000;

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private DuplicatesScope scope;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Show at most so many groups (default: ${DEFAULT-VALUE}); all are counted.")
    private int limit = SHOWN;

    @Mixin
    private Output output;

    DuplicatesPreviewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (limit < 0) {
            throw Refusal.usage("Cannot show " + limit + " groups: that is less than none. Give --limit 0 or more.");
        }

        try (AppContext context = AppContext.open(terminal, MergeConfiguration.class)) {
            print(context, directory.find(context), scope.scope(), limit, output);
        }
    }

    /** Prints what a merge would do, with the usual number of groups. */
    static void print(AppContext context, Directory directory, MergeScope scope, Output output) {
        print(context, directory, scope, SHOWN, output);
    }

    private static void print(AppContext context, Directory directory, MergeScope scope, int limit, Output output) {
        Preview answer = Preview.of(
                context.get(Ids.class),
                directory,
                context.get(Duplicates.class).preview(directory.number(), scope, limit));
        output.print(answer, () -> text(answer));
    }

    private static String text(Preview answer) {
        StringBuilder text = new StringBuilder();
        if (!answer.groups().isEmpty()) {
            TextTable table = new TextTable("SURVIVOR", "CONTACTS", "SAME BY");
            answer.groups()
                    .forEach(group -> table.row(
                            group.survivor(), group.contacts().size(), DuplicatesAnswer.rules(group.because())));
            text.append(table).append('\n');
        }

        text.append("%d groups of %d contacts would become %1$d contacts.\n"
                .formatted(answer.counts().groups(), answer.counts().contacts()));
        if (answer.counts().tooLarge() > 0) {
            text.append("%d groups of more than %d contacts are left alone, for example that of %s.\n"
                    .formatted(answer.counts().tooLarge(), answer.maxGroup(), example(answer.tooLarge())));
        }

        if (answer.counts().keptApart() > 0) {
            text.append("Kept apart although they share a key: %d.\n"
                    .formatted(answer.counts().keptApart()));
        }

        return text.toString();
    }

    private static String example(List<Group> groups) {
        return groups.isEmpty() ? "none shown" : groups.getFirst().survivor();
    }
}
