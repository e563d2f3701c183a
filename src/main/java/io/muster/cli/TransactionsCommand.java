package io.muster.cli;

import io.muster.app.ContactHistory;
import io.muster.app.Page;
import io.muster.app.TransactionView;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "  muster transactions list --contact CID_1a2B3c4D5e6F7g8"
        })
final class TransactionsCommand extends AppCommands {

    private static final Listing<TransactionView> TRANSACTIONS = new Listing<TransactionView>("No transaction.")
            .column("DATE", TransactionView::date)
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
            description = "List the transactions of a contact, the newest first.",
            footer = {"", "Examples:", "  muster transactions list --contact CID_1a2B3c4D5e6F7g8 --json"})
    void list(
            @Option(
                            names = "--contact",
                            paramLabel = "CONTACT",
                            required = true,
                            description = "The contact's id, CID_…")
                    String contact,
            @Mixin Paging paging,
            @Mixin Output output) {
        ask(ContactHistory.class, contacts -> {
            Page<TransactionView> page = contacts.transactions(contact, paging.after(), paging.most());
            output.print(page.items(), () -> TRANSACTIONS.text(page.items()));
            paging.note(page);
        });
    }
}
