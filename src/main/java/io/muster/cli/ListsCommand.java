package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster lists}. */
@Command(
        name = "lists",
        description = "Create mailing lists and look at them.",
        subcommands = {
            ListsCreateCommand.class,
            ListsListCommand.class,
            ListsShowCommand.class,
            ListsMembersCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster lists create Newsletter --directory Customers",
            "  muster lists list --directory Customers"
        })
final class ListsCommand {}
