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
        synopsisSubcommandLabel = "COMMAND")
final class ContactsCommand {}
