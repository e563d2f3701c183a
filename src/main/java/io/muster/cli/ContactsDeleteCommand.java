package io.muster.cli;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.RulesConfiguration;
import io.muster.directory.Contact;
import io.muster.directory.store.Contacts;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster contacts delete}. */
@Command(
        name = "delete",
        description = "Delete contacts from their directory and all its lists. Nothing is deleted when one of the ids"
                + " is unknown. An import that brings a deleted contact again creates a new one.",
        footer = {"", "Examples:", "  muster contacts delete CID_1a2B3c4D5e6F7g8"})
final class ContactsDeleteCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "CONTACT", arity = "1..*", description = "Ids of contacts, CID_…")
    private List<String> ids;

    @Mixin
    private Output output;

    ContactsDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is gone now. */
    private record Answer(List<String> deleted) {}

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Contacts contacts = context.get(Contacts.class);
            List<Contact> found = ids.stream().distinct().map(contacts::find).toList();
            ContactEdits edits = context.get(ContactEdits.class);
            found.forEach(contact -> edits.delete(contact.directory(), contact.number()));
            Answer answer = new Answer(found.stream().map(Contact::id).toList());
            output.print(
                    answer,
                    () -> answer.deleted().size() == 1
                            ? "Deleted 1 contact."
                            : "Deleted %d contacts.".formatted(answer.deleted().size()));
        }
    }
}
