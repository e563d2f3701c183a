package io.muster.cli;

import io.muster.app.Page;
import io.muster.app.TestingService;
import io.muster.app.TestingService.Mark;
import io.muster.app.TestingService.TestContact;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster testing contacts}. */
@Command(
        name = "contacts",
        description = {
            "Contacts that people test with. They have a mark, and can be deleted together.",
            "",
            "A contact that is created for a visitor with a debug token has the mark from the beginning."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster testing contacts mark --directory Customers --ref test-1",
            "  muster testing contacts list --directory Customers",
            "  muster testing contacts delete --directory Customers --preview"
        })
final class TestingContactsCommand extends AppCommands {

    private static final Listing<TestContact> CONTACTS = new Listing<TestContact>("No contact for tests.")
            .column("CONTACT", TestContact::contactId)
            .column("REFERENCE", TestContact::extRef)
            .column("MARKED", TestContact::markedAt);

    TestingContactsCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "list",
            description = "List the contacts of a directory that people test with.",
            footer = {"", "Examples:", "  muster testing contacts list --directory Customers --json"})
    void list(@Mixin DirectoryOption directory, @Mixin Paging paging, @Mixin Output output) {
        ask(TestingService.class, testing -> {
            Page<TestContact> page = testing.list(directory.name(), paging.after(), paging.most());
            output.print(page.items(), () -> CONTACTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "mark",
            description = "Mark a contact as one for tests: testing contacts delete deletes it.",
            footer = {"", "Examples:", "  muster testing contacts mark --directory Customers --ref test-1"})
    void mark(@Mixin DirectoryOption directory, @Mixin TestingCommand.Reference contact, @Mixin Output output) {
        ask(TestingService.class, testing -> print(output, testing.mark(person(), directory.name(), contact.text())));
    }

    @Command(
            name = "unmark",
            description = "Take the mark off a contact: it is a real one.",
            footer = {"", "Examples:", "  muster testing contacts unmark --directory Customers --ref test-1"})
    void unmark(@Mixin DirectoryOption directory, @Mixin TestingCommand.Reference contact, @Mixin Output output) {
        ask(TestingService.class, testing -> print(output, testing.unmark(person(), directory.name(), contact.text())));
    }

    private static void print(Output output, Mark mark) {
        output.print(
                mark,
                () -> "%s is %s contact for tests%s."
                        .formatted(mark.contactId(), mark.test() ? "a" : "no", mark.changed() ? "" : " already"));
    }

    /** What is gone now. */
    private record Deleted(List<String> deleted) {}

    /** What would be gone. */
    private record Preview(List<TestContact> wouldDelete) {}

    @Command(
            name = "delete",
            description = "Delete all contacts of a directory that people test with, and all that hangs on them.",
            footer = {
                "",
                "Examples:",
                "  muster testing contacts delete --directory Customers --preview",
                "  muster testing contacts delete --directory Customers --yes --json"
            })
    void delete(@Mixin DirectoryOption directory, @Mixin TakingAway takingAway, @Mixin Output output) {
        ask(TestingService.class, testing -> {
            Page<TestContact> page = testing.list(directory.name(), null, Page.MOST);
            List<TestContact> found = page.items();
            String number = (page.next() == null ? "" : "More than ") + contacts(found.size());
            if (takingAway.isPreview()) {
                output.print(new Preview(found), () -> "Would delete:\n" + CONTACTS.text(found));
                return;
            }

            takingAway.confirm("Delete %s?".formatted(number));
            List<String> deleted = testing.delete(person(), directory.name());
            output.print(new Deleted(deleted), () -> "Deleted %s.".formatted(contacts(deleted.size())));
        });
    }

    private static String contacts(int number) {
        return number == 1 ? "1 contact" : number + " contacts";
    }
}
