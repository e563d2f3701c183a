package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster contacts}. */
@Command(
        name = "contacts",
        description = "Look at contacts, find, count, export and delete them.",
        subcommands = {
            ContactsGetCommand.class,
            ContactsSearchCommand.class,
            ContactsCountCommand.class,
            ContactsExportCommand.class,
            ContactsDeleteCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster contacts search --directory Customers --email anna@example.org",
            "  muster contacts get CID_1a2B3c4D5e6F7g8 --json",
            "  muster contacts export --directory Customers --format csv > contacts.csv"
        })
final class ContactsCommand {}
