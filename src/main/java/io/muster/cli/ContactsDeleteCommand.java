package io.muster.cli;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.EditResult;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.directory.Contact;
import io.muster.directory.Contacts;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster contacts delete}. */
@Command(
        name = "delete",
        description = "Delete contacts from their directory, every list, and with all their transactions. Their ids are"
                + " never used again.")
final class ContactsDeleteCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "CONTACT", description = "Ids of contacts, CID_…")
    private List<String> contacts = List.of();

    @Mixin
    private Output output;

    private record Answer(List<String> deleted) {}

    ContactsDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, MergeConfiguration.class)) {
            Contacts store = context.get(Contacts.class);
            ContactEdits edits = context.get(ContactEdits.class);
            // All of them are looked up first: a mistyped id deletes nothing.
            List<Contact> found = contacts.stream().map(store::find).toList();
            List<String> deleted = new ArrayList<>();
            for (Contact contact : found) {
                if (edits.delete(contact.directory(), contact.number()) instanceof EditResult.Absent) {
                    throw Refusal.failed("Cannot delete " + contact.id()
                            + ": somebody else deleted or merged it meanwhile." + " See 'muster contacts search'.");
                }

                deleted.add(contact.id());
            }

            output.print(new Answer(deleted), () -> "Deleted " + String.join(" ", deleted));
        }
    }
}
