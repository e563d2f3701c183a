package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster directories}. */
@Command(
        name = "directories",
        description = "Create directories, look at them, change their identity rules and settings.",
        subcommands = {
            DirectoriesCreateCommand.class,
            DirectoriesListCommand.class,
            DirectoriesShowCommand.class,
            DirectoriesRulesCommand.class,
            DirectoriesSettingsCommand.class,
            DirectoriesRekeyCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster directories create Customers --rule extRef --rule email,lastName",
            "  muster directories show Customers",
            "  muster directories rules Customers --add phone,lastName"
        })
final class DirectoriesCommand {}
