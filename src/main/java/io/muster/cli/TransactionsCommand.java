package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster transactions}. */
@Command(
        name = "transactions",
        description = "Record dated things that contacts did (orders, visits, calls), and look at them.",
        subcommands = {TransactionsImportCommand.class, TransactionsListCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster transactions import orders.csv --directory Customers --map 'Customer=extRef' --map 'Order=id'",
            "  muster transactions list --contact CID_1a2B3c4D5e6F7g8"
        })
final class TransactionsCommand {}
