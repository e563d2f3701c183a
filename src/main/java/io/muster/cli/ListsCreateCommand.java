package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster lists create}. */
@Command(
        name = "create",
        description = "Create a mailing list.",
        footer = {"", "Examples:", "  muster lists create Newsletter --directory Customers --json"})
final class ListsCreateCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "Its name, unique in the directory.")
    private String name;

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private Output output;

    ListsCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            ListAnswer answer = ListAnswer.of(
                    found, context.get(MailingLists.class).create(found.number(), name), new MailingLists.Size(0, 0));
            output.print(answer, () -> "Created the list %s (%s).".formatted(answer.name(), answer.id()));
        }
    }
}
