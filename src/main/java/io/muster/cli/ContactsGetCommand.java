package io.muster.cli;

import io.muster.directory.store.ContactView;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.DirectoryConfiguration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster contacts get}. */
@Command(
        name = "get",
        description = "Show a contact.",
        footer = {
            "",
            "Examples:",
            "  muster contacts get CID_1a2B3c4D5e6F7g8",
            "  muster contacts get CID_1a2B3c4D5e6F7g8 --json"
        })
final class ContactsGetCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "CONTACT", description = "The contact's id, CID_…")
    private String contact;

    @Mixin
    private Output output;

    ContactsGetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Contacts contacts = context.get(Contacts.class);
            ContactView view = contacts.view(contacts.find(contact));
            output.print(view, () -> text(view));
        }
    }

    private static String text(ContactView view) {
        TextTable table = new TextTable("contactId", view.contactId());
        row(table, "firstName", view.firstName());
        row(table, "lastName", view.lastName());
        row(table, "email", view.email());
        row(table, "phone", view.phone());
        row(table, "extRef", view.extRef());
        row(table, "language", view.language());
        table.row("unsubscribed", view.unsubscribed());
        view.embeddedData().forEach((name, value) -> table.row("embedded." + name, value));
        table.row("lists", String.join(" ", view.lists()));
        table.row("aliases", String.join(" ", view.aliases()));
        table.row("creationDate", view.creationDate());
        table.row("lastModified", view.lastModified());
        return table.toString();
    }

    private static void row(TextTable table, String field, @Nullable String value) {
        table.row(field, Objects.requireNonNullElse(value, ""));
    }
}
