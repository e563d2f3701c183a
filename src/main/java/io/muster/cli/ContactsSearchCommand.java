package io.muster.cli;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.RulesConfiguration;
import io.muster.directory.store.ContactView;
import io.muster.directory.store.Contacts;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster contacts search}. */
@Command(
        name = "search",
        description = "Find the contacts of a directory by one value.",
        footer = {
            "",
            "Examples:",
            "  muster contacts search --directory Customers --email Anna@Example.org",
            "  muster contacts search --directory Customers --ref C-1042 --json",
            "  muster contacts search --directory Customers --name 'anna schmi'"
        })
final class ContactsSearchCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @ArgGroup(multiplicity = "1")
    private By by = new By();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Mixin
    private Output output;

    ContactsSearchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Exactly one of them. */
    static final class By {

        @Option(names = "--email", paramLabel = "EMAIL", required = true, description = "By mailbox, without case.")
        private @Nullable String email;

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "By external reference, exactly; references taken over by merges count.")
        private @Nullable String reference;

        @Option(
                names = "--phone",
                paramLabel = "PHONE",
                required = true,
                description = "By phone number, read as an import reads it.")
        private @Nullable String phone;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                required = true,
                description = "By words within first and last name, without case.")
        private @Nullable String name;

        ContactQuery query() {
            if (email != null) {
                return new ContactQuery.Email(email);
            }

            if (reference != null) {
                return new ContactQuery.Reference(reference);
            }

            return phone != null ? new ContactQuery.Phone(phone) : new ContactQuery.Name(String.valueOf(name));
        }
    }

    @Override
    public void run() {
        if (limit < 1) {
            throw Refusal.usage("Cannot search: --limit is below 1. Use a positive number.");
        }

        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Contacts contacts = context.get(Contacts.class);
            List<ContactView> found =
                    context.get(ContactSearch.class).find(directory.find(context), by.query(), limit).stream()
                            .map(contacts::view)
                            .toList();
            output.print(found, () -> text(found));
            if (found.size() == limit) {
                terminal.notes().println("Stopped at %d contacts; there may be more (--limit).".formatted(limit));
            }
        }
    }

    private static String text(List<ContactView> found) {
        if (found.isEmpty()) {
            return "No contact found.\n";
        }

        TextTable table = new TextTable("ID", "FIRST NAME", "LAST NAME", "EMAIL", "PHONE", "REFERENCE");
        found.forEach(view -> table.row(
                view.contactId(),
                orEmpty(view.firstName()),
                orEmpty(view.lastName()),
                orEmpty(view.email()),
                orEmpty(view.phone()),
                orEmpty(view.extRef())));
        return table.toString();
    }

    private static String orEmpty(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
