package io.muster.cli;

import io.muster.app.MergeService;
import io.muster.app.MergeViews.Explained;
import io.muster.app.MergeViews.Group;
import io.muster.app.MergeViews.Preview;
import io.muster.app.MergeViews.Recorded;
import io.muster.app.MergeViews.Shared;
import io.muster.app.Page;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster duplicates}. */
@Command(
        name = "duplicates",
        description = "Show contacts that are the same person by the identity rules, merge them, take merges back.",
        subcommands = DuplicatesMergeCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster duplicates preview --directory Customers",
            "  muster duplicates merge --directory Customers",
            "  muster duplicates list --directory Customers"
        })
final class DuplicatesCommand extends AppCommands {

    /** How many groups are shown where nobody says. */
    static final String SHOWN = "1000";

    private static final Listing<Group> GROUPS = new Listing<Group>("")
            .column("SURVIVOR", Group::survivor)
            .column("CONTACTS", group -> group.contacts().size())
            .column("SAME BY", group -> rules(group.because()));

    private static final Listing<Recorded> MERGES = new Listing<Recorded>(
                    "No merges. See what there is to merge with: muster duplicates preview --directory DIRECTORY")
            .column("MERGE", Recorded::merge)
            .column("STATE", Recorded::state)
            .column("MERGED", Recorded::merged)
            .column("SURVIVOR", Recorded::survivor)
            .column("ABSORBED", Recorded::absorbed)
            .column("SAME BY", merge -> rules(merge.because()));

    DuplicatesCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "preview",
            description = "Show what a merge would do; nothing is changed.",
            footer = {
                "",
                "Examples:",
                "  muster duplicates preview --directory Customers",
                "  muster duplicates preview --directory Customers --json"
            })
    void preview(
            @Mixin DirectoryOption directory,
            @Mixin DuplicatesScope scope,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = SHOWN,
                            description = "Show at most so many groups (default: ${DEFAULT-VALUE}); all are counted.")
                    int limit,
            @Mixin Output output) {
        ask(MergeService.class, merges -> {
            Preview answer = merges.preview(directory.name(), scope.scope(), limit);
            output.print(answer, () -> text(answer));
        });
    }

    @Command(
            name = "list",
            description = "List the merges of a directory, newest first.",
            footer = {"", "Examples:", "  muster duplicates list --directory Customers --json"})
    void list(@Mixin DirectoryOption directory, @Mixin Paging paging, @Mixin Output output) {
        ask(MergeService.class, merges -> {
            Page<Recorded> page = merges.list(directory.name(), paging.after(), paging.most());
            output.print(page.items(), () -> MERGES.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "show",
            description = "Explain a merge: what connected the contacts and what they were before.",
            footer = {"", "Examples:", "  muster duplicates show MG_1a2B3c4D5e6F7g8"})
    void show(
            @Parameters(paramLabel = "MERGE", description = "The merge's id, MG_…") String merge,
            @Mixin Output output) {
        ask(MergeService.class, merges -> {
            Explained answer = merges.show(merge);
            output.print(answer, () -> text(answer));
        });
    }

    @Command(
            name = "undo",
            description =
                    "Take a merge back: the contacts stand again as they were and are kept apart from then on. What"
                            + " was changed on the merged contact since stays there.",
            footer = {"", "Examples:", "  muster duplicates undo MG_1a2B3c4D5e6F7g8"})
    void undo(
            @Parameters(paramLabel = "MERGE", description = "The merge's id, MG_…") String merge,
            @Mixin Output output) {
        ask(MergeService.class, merges -> {
            Recorded answer = merges.undo(person(), merge);
            output.print(answer, () -> undone(answer));
        });
    }

    /** What a merge would do, for a person. */
    static String text(Preview answer) {
        StringBuilder text = new StringBuilder();
        if (!answer.groups().isEmpty()) {
            text.append(GROUPS.text(answer.groups())).append('\n');
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

        if (answer.counts().taken() > 0) {
            text.append("Keys that runs under way have taken, and that are looked at once those have ended: %d.\n"
                    .formatted(answer.counts().taken()));
        }

        return text.toString();
    }

    private static String text(Explained answer) {
        Recorded merge = answer.merge();
        StringBuilder text = new StringBuilder("%s  %s  %s\n".formatted(merge.merge(), merge.state(), merge.merged()));
        merge.because()
                .forEach(shared -> text.append("same by %s: %s\n"
                        .formatted(String.join(",", shared.rule()), String.join(" ", shared.contacts()))));
        answer.before().forEach(before -> {
            text.append('\n').append(before.contact()).append('\n');
            before.values().forEach((name, value) -> text.append("  %s: %s\n".formatted(name, value)));
        });
        return text.toString();
    }

    private static String undone(Recorded answer) {
        String text = "%s is taken back: %d contacts stand beside %s again and are kept apart from it."
                .formatted(answer.merge(), answer.absorbed(), answer.survivor());
        return answer.kept().isEmpty()
                ? text
                : text + "\nChanged since and left as it is: " + String.join(", ", answer.kept()) + ".";
    }

    private static String example(List<Group> groups) {
        return groups.isEmpty() ? "none shown" : groups.getFirst().survivor();
    }

    private static String rules(List<Shared> because) {
        return because.stream()
                .map(shared -> String.join(",", shared.rule()))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
