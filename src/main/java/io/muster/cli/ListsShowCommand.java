package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster lists show}. */
@Command(
        name = "show",
        description = "Show a mailing list and how large it is.",
        footer = {"", "Examples:", "  muster lists show Newsletter --directory Customers --json"})
final class ListsShowCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "The list, by id or name.")
    private String list;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private Output output;

    ListsShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            MailingLists lists = context.get(MailingLists.class);
            MailingList shown = lists.find(found.number(), list);
            ListAnswer answer = ListAnswer.of(found, shown, lists.size(shown));
            output.print(
                    answer,
                    () -> new TextTable("ID", answer.id())
                            .row("NAME", answer.name())
                            .row("DIRECTORY", found.name())
                            .row("CREATED", answer.created())
                            .row("MEMBERS", answer.members())
                            .row("UNSUBSCRIBED", answer.unsubscribed())
                            .toString());
        }
    }
}
