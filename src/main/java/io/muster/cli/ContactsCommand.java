package io.muster.cli;

import io.muster.app.ContactDetails;
import io.muster.app.ContactHistory;
import io.muster.app.ContactLineage;
import io.muster.app.ContactPatch;
import io.muster.app.ContactService;
import io.muster.app.ContactTraces;
import io.muster.app.ContactsChange;
import io.muster.app.ContactsChanged;
import io.muster.app.EditedContact;
import io.muster.app.LineageService;
import io.muster.app.NewContact;
import io.muster.app.Page;
import io.muster.app.TimelineEntry;
import io.muster.dedup.ContactQuery;
import io.muster.directory.OptOut;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.ContactView;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster contacts}. */
@Command(
        name = "contacts",
        description = "Look at contacts, find, count and export them; create, change and delete single ones.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster contacts search --directory Customers --email anna@example.org",
            "  muster contacts show CID_1a2B3c4D5e6F7g8",
            "  muster contacts create --directory Customers --email anna@example.org --ref C-1042",
            "  muster contacts export --directory Customers --format csv > contacts.csv"
        })
final class ContactsCommand extends AppCommands {

    private static final Listing<ContactView> CONTACTS = new Listing<ContactView>("No contact found.")
            .column("ID", ContactView::contactId)
            .column("FIRST NAME", ContactView::firstName)
            .column("LAST NAME", ContactView::lastName)
            .column("EMAIL", ContactView::email)
            .column("PHONE", ContactView::phone)
            .column("REFERENCE", ContactView::extRef);

    private static final Listing<ContactDetails.Membership> MEMBERSHIPS = new Listing<ContactDetails.Membership>(
                    "On no list.")
            .column("LIST", ContactDetails.Membership::id)
            .column("NAME", ContactDetails.Membership::name)
            .column("JOINED", ContactDetails.Membership::joined)
            .column("OPTED OUT", membership -> membership.unsubscribed() ? "yes" : "no")
            .column("EMBEDDED DATA", membership -> pairs(membership.embeddedData()));

    private static final Listing<ContactDetails.InSegment> SEGMENTS = new Listing<ContactDetails.InSegment>(
                    "In no segment.")
            .column("SEGMENT", ContactDetails.InSegment::id)
            .column("NAME", ContactDetails.InSegment::name);

    private static final Listing<TimelineEntry> TIMELINE = new Listing<TimelineEntry>("Nothing happened yet.")
            .column("TIME", TimelineEntry::time)
            .column("TYPE", TimelineEntry::type)
            .column("DETAIL", entry -> pairs(entry.detail()));

    private static final Listing<ContactLineage.Value> LINEAGE = new Listing<ContactLineage.Value>("It has no values.")
            .column("FIELD", ContactLineage.Value::field)
            .column("VALUE", ContactLineage.Value::value)
            .column("SET BY", ContactsCommand::setBy)
            .column("ROW", ContactLineage.Value::row)
            .column("FILE", ContactLineage.Value::file)
            .column("WHEN", ContactLineage.Value::at)
            .column("AS OF", ContactLineage.Value::asOf)
            .column("SOURCE", ContactLineage.Value::source);

    private static final Listing<ContactTraces> TRACES = new Listing<ContactTraces>("No contact.")
            .column("CONTACT", ContactTraces::contactId)
            .column("LISTS", ContactTraces::lists)
            .column("TOUCHPOINTS", ContactTraces::touchpoints)
            .column("TRANSACTIONS", ContactTraces::transactions)
            .column("RESPONSES", ContactTraces::responses);

    ContactsCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "get",
            description = "Show the values of a contact.",
            footer = {
                "",
                "Examples:",
                "  muster contacts get CID_1a2B3c4D5e6F7g8",
                "  muster contacts get CID_1a2B3c4D5e6F7g8 --json"
            })
    void get(
            @Parameters(paramLabel = "CONTACT", description = "The contact's id, CID_…") String contact,
            @Mixin Output output) {
        ask(ContactService.class, contacts -> {
            ContactView view = contacts.get(contact);
            output.print(view, () -> text(view));
        });
    }

    @Command(
            name = "show",
            description = {
                "Show a contact with its lists, its segments and what happened: touchpoints, responses, transactions, merges,"
                        + " segments joined and left, newest first.",
                "",
                "--most and --after page through what happened. --lineage shows instead of all that where each value"
                        + " comes from: the run, file and row, or the edit, that set it last."
            },
            footer = {
                "",
                "Examples:",
                "  muster contacts show CID_1a2B3c4D5e6F7g8",
                "  muster contacts show CID_1a2B3c4D5e6F7g8 --most 20 --json",
                "  muster contacts show CID_1a2B3c4D5e6F7g8 --lineage"
            })
    void show(
            @Parameters(paramLabel = "CONTACT", description = "The contact's id, CID_…") String contact,
            @Option(
                            names = "--lineage",
                            description = "Show which run, file and row, or which edit, last set each value.")
                    boolean lineage,
            @Mixin Paging paging,
            @Mixin Output output) {
        if (lineage) {
            ask(LineageService.class, contacts -> {
                ContactLineage found = contacts.of(contact);
                output.print(found, () -> LINEAGE.text(found.fields()) + unknown(found));
            });
            return;
        }

        ask(ContactHistory.class, contacts -> {
            ContactDetails details = contacts.show(contact, paging.after(), paging.most());
            output.print(
                    details,
                    () -> String.join(
                            "\n",
                            text(details.contact()),
                            MEMBERSHIPS.text(details.lists()),
                            SEGMENTS.text(details.segments()),
                            TIMELINE.text(details.timeline())));
            paging.note(new Page<>(details.timeline(), details.next()));
        });
    }

    @Command(
            name = "search",
            description = {
                "Find the contacts of a directory by one value.",
                "",
                "Mailboxes, references and phone numbers are looked up where the directory has an identity rule of"
                        + " that field alone. Every other search reads all contacts, and says so."
            },
            footer = {
                "",
                "Examples:",
                "  muster contacts search --directory Customers --email Anna@Example.org",
                "  muster contacts search --directory Customers --ref C-1042 --json",
                "  muster contacts search --directory Customers --name 'anna schmi'",
                "  muster contacts search --directory Customers --field embedded.plan=gold --most 100"
            })
    void search(@Mixin DirectoryOption directory, @Mixin SearchOption by, @Mixin Paging paging, @Mixin Output output) {
        ask(ContactService.class, contacts -> {
            ContactQuery query = by.query();
            int most = paging.most();
            if (!contacts.isIndexed(directory.name(), query)) {
                terminal().notes().println("No index serves this search: it reads all contacts of the directory.");
            }

            Page<ContactView> page = contacts.search(directory.name(), query, paging.after(), most);
            output.print(page.items(), () -> CONTACTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "count",
            description = "Count the contacts of a directory or of a list.",
            footer = {
                "",
                "Examples:",
                "  muster contacts count --directory Customers",
                "  muster contacts count --directory Customers --list Newsletter"
            })
    void count(
            @Mixin DirectoryOption directory,
            @Option(names = "--list", paramLabel = "LIST", description = "Only those on this list, by id or name.")
                    @Nullable
                    String list,
            @Mixin Output output) {
        ask(ContactService.class, contacts -> {
            long count = contacts.count(directory.name(), list);
            output.print(count, () -> Long.toString(count));
        });
    }

    @Command(
            name = "export",
            description = "Write the contacts of a directory, or of a list, in the order of their numbers, as they are"
                    + " at one moment. Values are exact: a spreadsheet may take one for a formula.",
            footer = {
                "",
                "Examples:",
                "  muster contacts export --directory Customers --format csv > customers.csv",
                "  muster contacts export --directory Customers --list Newsletter --format jsonl --output news.jsonl"
            })
    void export(
            @Mixin DirectoryOption directory,
            @Option(names = "--list", paramLabel = "LIST", description = "Only those on this list, by id or name.")
                    @Nullable
                    String list,
            @Mixin ExportFormat format,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "Write into this file, replaced only when all is written. Default: standard"
                                    + " output.")
                    @Nullable
                    Path file) {
        Format wanted = format.wanted();
        ask(ContactService.class, contacts -> {
            if (file == null) {
                long ignored = contacts.export(
                        directory.name(), list, wanted, terminal().answer());
            } else {
                write(contacts, directory, list, wanted, file);
            }
        });
    }

    private void write(
            ContactService contacts, DirectoryOption directory, @Nullable String list, Format format, Path file)
            throws IOException {
        try (NewFile target = NewFile.replacing("the contacts", file)) {
            long written = contacts.export(directory.name(), list, format, target.stream());
            target.finish();
            terminal().notes().println("Wrote %d contacts to %s.".formatted(written, file));
        }
    }

    @Command(
            name = "create",
            description = "Create a contact. Values are judged as those of an import; a contact that the identity"
                    + " rules recognise is not created again. The answer names the rules in force.",
            footer = {
                "",
                "Examples:",
                "  muster contacts create --directory Customers --email anna@example.org --ref C-1042",
                "  muster contacts create --directory Customers --first-name Anna --embedded plan=gold \\",
                "      --list Newsletter --json"
            })
    void create(
            @Mixin DirectoryOption directory,
            @Mixin ContactOptions given,
            @Option(names = "--list", paramLabel = "LIST", description = "A list that it joins, by id or name.")
                    @Nullable
                    String list,
            @Mixin Output output) {
        if (given.values().isEmpty()) {
            throw Refusal.invalid("NOTHING_GIVEN", "Cannot create the contact: no value is given. Give at least one.");
        }

        ask(ContactService.class, contacts -> {
            EditedContact made = contacts.create(new NewContact(person(), directory.name(), given.values(), list));
            output.print(
                    made,
                    () -> "Created the contact %s. %s\n"
                            .formatted(made.contact().contactId(), rules(made.rules())));
        });
    }

    @Command(
            name = "update",
            description = "Change values of a contact; what is not named stays. The policies of the directory do not"
                    + " apply to what a person changes.",
            footer = {
                "",
                "Examples:",
                "  muster contacts update CID_1a2B3c4D5e6F7g8 --email anna@example.com --embedded plan=gold",
                "  muster contacts update CID_1a2B3c4D5e6F7g8 --clear phone --clear embedded.plan"
            })
    void update(
            @Parameters(paramLabel = "CONTACT", description = "The contact's id, CID_…") String contact,
            @Mixin ContactOptions given,
            @Option(
                            names = "--clear",
                            paramLabel = "FIELD",
                            description = "A field, or embedded.NAME, that becomes empty.")
                    @Nullable
                    List<String> cleared,
            @Mixin Output output) {
        if (given.values().isEmpty() && cleared == null) {
            throw Refusal.invalid(
                    "NOTHING_GIVEN", "Cannot update the contact: nothing is to be changed. Give a value or --clear.");
        }

        ask(ContactService.class, contacts -> {
            EditedContact after = contacts.update(new ContactPatch(
                    person(),
                    contact,
                    given.values(),
                    new LinkedHashSet<>(Objects.requireNonNullElse(cleared, List.of()))));
            output.print(
                    after,
                    () -> after.outcome().equals("updated")
                            ? "Updated the contact " + after.contact().contactId() + "."
                            : "The contact " + after.contact().contactId() + " is as it was.");
        });
    }

    /** The contacts that a command is about, to be mixed in. */
    static final class Several {

        @Parameters(paramLabel = "CONTACT", arity = "1..*", description = "Ids of contacts, CID_…")
        private List<String> ids;
    }

    @Command(
            name = "join",
            description = "Let contacts join a list of their directory.",
            footer = {
                "",
                "Examples:",
                "  muster contacts join CID_1a2B3c4D5e6F7g8 --list Newsletter",
                "  muster contacts join CID_1a2B3c4D5e6F7g8 --list Newsletter --embedded source=fair"
            })
    void join(
            @Mixin Several contacts,
            @Option(names = "--list", paramLabel = "LIST", required = true, description = "The list, by id or name.")
                    String list,
            @Option(
                            names = "--embedded",
                            paramLabel = "NAME=VALUE",
                            description = "Embedded data of the membership itself.")
                    @Nullable
                    Map<String, String> embedded,
            @Mixin Output output) {
        ask(
                ContactService.class,
                service -> print(
                        output,
                        "joined the list",
                        service.join(
                                new ContactsChange(person(), contacts.ids, list),
                                Objects.requireNonNullElse(embedded, Map.of()))));
    }

    @Command(
            name = "leave",
            description = "Take contacts off a list; they stay in the directory.",
            footer = {
                "",
                "Examples:",
                "  muster contacts leave CID_1a2B3c4D5e6F7g8 --list Newsletter --preview",
                "  muster contacts leave CID_1a2B3c4D5e6F7g8 --list Newsletter"
            })
    void leave(
            @Mixin Several contacts,
            @Option(names = "--list", paramLabel = "LIST", required = true, description = "The list, by id or name.")
                    String list,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        ask(ContactService.class, service -> {
            ContactsChange request = new ContactsChange(person(), contacts.ids, list);
            ContactsChanged preview = service.previewLeave(request);
            if (takingAway.isPreview()) {
                print(output, "would leave the list", preview);
                return;
            }

            if (!preview.changed().isEmpty()) {
                takingAway.confirm("Take %d of %d contacts off the list?"
                        .formatted(preview.changed().size(), contacts.ids.size()));
            }

            print(output, "left the list", service.leave(request));
        });
    }

    @Command(
            name = "opt-out",
            description = "Opt contacts out of their directory, or of one list that they are on.",
            footer = {
                "",
                "Examples:",
                "  muster contacts opt-out CID_1a2B3c4D5e6F7g8",
                "  muster contacts opt-out CID_1a2B3c4D5e6F7g8 --list Newsletter"
            })
    void optOut(@Mixin Several contacts, @Mixin OfList of, @Mixin Output output) {
        ask(
                ContactService.class,
                service -> print(
                        output,
                        "opted out",
                        service.optOut(new ContactsChange(person(), contacts.ids, of.list), OptOut.OUT)));
    }

    @Command(
            name = "opt-in",
            description = "Lift the opt-out of contacts from their directory, or from one list that they are on.",
            footer = {
                "",
                "Examples:",
                "  muster contacts opt-in CID_1a2B3c4D5e6F7g8",
                "  muster contacts opt-in CID_1a2B3c4D5e6F7g8 --list Newsletter"
            })
    void optIn(@Mixin Several contacts, @Mixin OfList of, @Mixin Output output) {
        ask(
                ContactService.class,
                service -> print(
                        output,
                        "opted in",
                        service.optOut(new ContactsChange(person(), contacts.ids, of.list), OptOut.LIFTED)));
    }

    /** The list whose opt-out is meant, to be mixed in. */
    static final class OfList {

        @Option(
                names = "--list",
                paramLabel = "LIST",
                description = "The list, by id or name. Default: the directory itself.")
        private @Nullable String list;
    }

    @Command(
            name = "delete",
            description = "Delete contacts from their directory and all its lists, with what happened with them."
                    + " Nothing is deleted when one of the ids is unknown. An import that brings a deleted contact"
                    + " again creates a new one.",
            footer = {
                "",
                "Examples:",
                "  muster contacts delete CID_1a2B3c4D5e6F7g8 --preview",
                "  muster contacts delete CID_1a2B3c4D5e6F7g8"
            })
    void delete(@Mixin Several contacts, @Mixin TakingAway takingAway, @Mixin Output output) {
        ask(ContactService.class, service -> {
            if (takingAway.isPreview()) {
                List<ContactTraces> traces = service.previewDelete(contacts.ids);
                output.print(new Preview(traces), () -> "Would delete:\n" + TRACES.text(traces));
                return;
            }

            int number = service.previewDelete(contacts.ids).size();
            takingAway.confirm("Delete %s?".formatted(contacts(number)));
            List<String> deleted = service.delete(person(), contacts.ids);
            output.print(new Deleted(deleted), () -> "Deleted %s.".formatted(contacts(deleted.size())));
        });
    }

    /** What is gone now. */
    private record Deleted(List<String> deleted) {}

    /** What would be gone. */
    private record Preview(List<ContactTraces> wouldDelete) {}

    private static void print(Output output, String done, ContactsChanged answer) {
        output.print(
                answer,
                () -> "%s %s.%s"
                        .formatted(
                                capitalised(contacts(answer.changed().size())),
                                done,
                                answer.unchanged().isEmpty()
                                        ? ""
                                        : " Already so: %s."
                                                .formatted(contacts(
                                                        answer.unchanged().size()))));
    }

    private static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String contacts(int number) {
        return number == 1 ? "1 contact" : number + " contacts";
    }

    private static String rules(List<List<String>> rules) {
        return rules.isEmpty()
                ? "No identity rule is in force: every record creates a contact."
                : "Identity rules in force: "
                        + rules.stream().map(fields -> String.join(",", fields)).collect(Collectors.joining(" | "))
                        + ".";
    }

    private static String setBy(ContactLineage.Value value) {
        return switch (value.by()) {
            case IMPORT -> "run " + value.run();
            case EDIT -> value.actor() == null ? "an edit" : value.actor();
            case UNKNOWN -> "unknown";
        };
    }

    private static String unknown(ContactLineage lineage) {
        return lineage.fields().stream().noneMatch(value -> value.by() == ContactLineage.By.UNKNOWN)
                ? ""
                : "\nUnknown: set before Muster kept these records, or taken over from such a contact by a merge.\n";
    }

    private static String pairs(Map<String, ?> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "="
                        + (value.getValue() instanceof Map<?, ?> inner ? inner.toString() : value.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String text(ContactView view) {
        TextTable table = new TextTable("contactId", view.contactId())
                .row("firstName", view.firstName())
                .row("lastName", view.lastName())
                .row("email", view.email())
                .row("phone", view.phone())
                .row("extRef", view.extRef())
                .row("language", view.language())
                .row("unsubscribed", view.unsubscribed());
        view.embeddedData().forEach((name, value) -> table.row("embedded." + name, value));
        return table.row("lists", String.join(" ", view.lists()))
                .row("aliases", String.join(" ", view.aliases()))
                .row("creationDate", view.creationDate())
                .row("lastModified", view.lastModified())
                .toString();
    }
}
