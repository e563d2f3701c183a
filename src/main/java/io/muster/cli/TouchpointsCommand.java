package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster touchpoints}. */
@Command(
        name = "touchpoints",
        description = "Record contacts made with people (mails, text messages, intercepts), and look at them.",
        subcommands = {TouchpointsImportCommand.class, TouchpointsAddCommand.class, TouchpointsListCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster touchpoints import sends.csv --directory Customers --channel email --kind invite",
            "  muster touchpoints add --directory Customers --ref C-1042 --channel sms --kind sent --key msg-77",
            "  muster touchpoints list --contact CID_1a2B3c4D5e6F7g8"
        })
final class TouchpointsCommand {}
