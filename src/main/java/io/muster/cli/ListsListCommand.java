package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster lists list}. */
@Command(
        name = "list",
        description = "List the mailing lists of a directory by name.",
        footer = {"", "Examples:", "  muster lists list --directory Customers"})
final class ListsListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private Output output;

    ListsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            MailingLists lists = context.get(MailingLists.class);
            List<ListAnswer> answers = lists.of(found.number()).stream()
                    .map(list -> ListAnswer.of(found, list, lists.size(list)))
                    .toList();
            output.print(answers, () -> text(answers));
        }
    }

    private static String text(List<ListAnswer> answers) {
        if (answers.isEmpty()) {
            return "No lists yet. Create one with: muster lists create NAME --directory DIRECTORY\n";
        }

        TextTable table = new TextTable("ID", "NAME", "MEMBERS", "UNSUBSCRIBED");
        answers.forEach(answer -> table.row(answer.id(), answer.name(), answer.members(), answer.unsubscribed()));
        return table.toString();
    }
}
