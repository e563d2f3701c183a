package io.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster segments}. */
@Command(
        name = "segments",
        description = {
            "Save conditions as segments, rebuild them and read their members.",
            "",
            "Members come with a rebuild; readers see one version whole until the next one is complete."
        },
        subcommands = {
            SegmentsCreateCommand.class,
            SegmentsListCommand.class,
            SegmentsShowCommand.class,
            SegmentsUpdateCommand.class,
            SegmentsDeleteCommand.class,
            SegmentsRebuildCommand.class,
            SegmentsCountCommand.class,
            SegmentsMembersCommand.class,
            SegmentsRollbackCommand.class,
            SegmentsPublishCommand.class,
            SegmentsExplainCommand.class,
            SegmentsHistoryCommand.class,
            SegmentsSchemaCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster segments count --directory Customers --file gold.yaml",
            "  muster segments create Gold --directory Customers --file gold.yaml",
            "  muster segments rebuild --directory Customers"
        })
final class SegmentsCommand {}
