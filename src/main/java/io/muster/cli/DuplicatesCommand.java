package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster duplicates}. */
@Command(
        name = "duplicates",
        description = "Show contacts that are the same person by the identity rules, merge them, take merges back.",
        subcommands = {
            DuplicatesPreviewCommand.class,
            DuplicatesMergeCommand.class,
            DuplicatesUndoCommand.class,
            DuplicatesListCommand.class,
            DuplicatesShowCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster duplicates preview --directory Customers",
            "  muster duplicates merge --directory Customers",
            "  muster duplicates list --directory Customers"
        })
final class DuplicatesCommand {}
