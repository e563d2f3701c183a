package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster contacts count}. */
@Command(
        name = "count",
        description = "Count the contacts of a directory or of a list.",
        footer = {
            "",
            "Examples:",
            "  muster contacts count --directory Customers",
            "  muster contacts count --directory Customers --list Newsletter"
        })
final class ContactsCountCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--list", paramLabel = "LIST", description = "Only those on this list, by id or name.")
    private @Nullable String list;

    @Mixin
    private Output output;

    ContactsCountCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Directory found = directory.find(context);
            MailingLists lists = context.get(MailingLists.class);
            long count = list == null
                    ? context.get(Contacts.class).count(found.number())
                    : lists.size(lists.find(found.number(), list)).members();
            output.print(count, () -> Long.toString(count));
        }
    }
}
