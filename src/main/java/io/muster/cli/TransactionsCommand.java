package io.muster.cli;

import io.muster.app.ContactHistory;
import io.muster.app.EventService;
import io.muster.app.Page;
import io.muster.app.TransactionView;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster transactions}. */
@Command(
        name = "transactions",
        description = "Record dated things that contacts did (orders, visits, calls), and look at them.",
        subcommands = TransactionsImportCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster transactions import orders.csv --directory Customers --map 'Customer=extRef' --map 'Order=id'",
            "  muster transactions list --contact CID_1a2B3c4D5e6F7g8",
            "  muster transactions list --directory Customers --id o-1042",
            "  muster transactions export --directory Customers > transactions.csv"
        })
final class TransactionsCommand extends AppCommands {

    private static final Listing<TransactionView> TRANSACTIONS = new Listing<TransactionView>("No transaction.")
            .column("DATE", TransactionView::date)
            .column("SOURCE", TransactionView::source)
            .column("ID", TransactionView::id)
            .column("CONTACT", TransactionView::contactId)
            .column(
                    "FIELDS",
                    transaction -> transaction.fields().entrySet().stream()
                            .map(field -> field.getKey() + "=" + field.getValue())
                            .collect(Collectors.joining(", ")));

    TransactionsCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "list",
            description = "List the transactions of a contact, or those with an id, the newest first.",
            footer = {
                "",
                "Examples:",
                "  muster transactions list --contact CID_1a2B3c4D5e6F7g8 --json",
                "  muster transactions list --directory Customers --id o-1042 --source shop"
            })
    void list(@Mixin WhichEvents which, @Mixin Paging paging, @Mixin Output output) {
        String contact = which.contact();
        if (contact == null) {
            ask(EventService.class, events -> {
                WhichEvents.ById wanted = which.byId();
                List<TransactionView> found = events.transactions(wanted.directory(), wanted.id(), wanted.source());
                output.print(found, () -> TRANSACTIONS.text(found));
            });
            return;
        }

        ask(ContactHistory.class, contacts -> {
            Page<TransactionView> page = contacts.transactions(contact, paging.after(), paging.most());
            output.print(page.items(), () -> TRANSACTIONS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "export",
            description = "Write the transactions of a directory in the order of its contacts, as they are at one"
                    + " moment. Values are exact: a spreadsheet may take one for a formula.",
            footer = {
                "",
                "Examples:",
                "  muster transactions export --directory Customers --format jsonl --output transactions.jsonl"
            })
    void export(@Mixin DirectoryOption directory, @Mixin ExportTarget target) {
        ask(
                EventService.class,
                events -> target.write(
                        terminal(),
                        "transactions",
                        (format, out) -> events.exportTransactions(directory.name(), format, out)));
    }
}
