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
        synopsisSubcommandLabel = "COMMAND")
final class DuplicatesCommand {}
