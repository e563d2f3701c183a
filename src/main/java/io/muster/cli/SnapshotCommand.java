package io.muster.cli;

import io.muster.app.RunningConfiguration;
import io.muster.app.SnapshotService;
import io.muster.app.SnapshotService.Snapshots;
import io.muster.app.SnapshotService.Version;
import io.muster.snapshot.build.Published;
import io.muster.support.Refusal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster snapshot}. */
@Command(
        name = "snapshot",
        description = {
            "Publish what evaluators decide from, look at it, put a version back.",
            "",
            "Rebuilds, imports and what puts projects in force publish by themselves."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Environment: MUSTER_SNAPSHOTS (the published tree; snapshots in the state folder), MUSTER_SNAPSHOTS_KEPT (5).",
            "",
            "Examples:",
            "  muster snapshot publish --directory Customers",
            "  muster snapshot list",
            "  muster snapshot rollback Shop"
        })
final class SnapshotCommand extends AppCommands {

    private static final Listing<Published> SNAPSHOTS = new Listing<Published>("No snapshots.")
            .column("PROJECT", Published::project)
            .column("VERSION", Published::version)
            .column("CONTACTS", Published::contacts)
            .column("BYTES", Published::bytes);

    private static final Listing<Version> VERSIONS = new Listing<Version>("Never published.")
            .column("VERSION", Version::version)
            .column("CONTACTS", Version::contacts)
            .column("BYTES", Version::bytes)
            .column("PUBLISHED", Version::published)
            .column("", SnapshotCommand::state);

    SnapshotCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "publish",
            description = "Build the table of a directory's contacts and publish its projects with it.",
            footer = {
                "",
                "Examples:",
                "  muster snapshot publish --directory Customers --json",
                "  muster snapshot publish --all"
            })
    void publish(
            @Option(
                            names = {"-d", "--directory"},
                            paramLabel = "DIRECTORY",
                            description = "The directory, by id or name.")
                    @Nullable
                    String directory,
            @Option(names = "--all", description = "All projects, those without a directory as well.") boolean all,
            @Option(
                            names = "--force",
                            description = "Also with fewer than half of the contacts that the snapshot before has.")
                    boolean force,
            @Mixin Output output) {
        if (all == (directory != null)) {
            throw Refusal.invalid(
                    "INVALID", "Cannot publish: it is not clear what. Give --directory, or --all for all projects.");
        }

        try (AppContext context = AppContext.open(terminal(), RunningConfiguration.class)) {
            SnapshotService snapshots = context.get(SnapshotService.class);
            Snapshots published = new RunSession(terminal())
                    .foreground(
                            context,
                            progress -> directory == null
                                    ? snapshots.publishAll(person(), force, progress)
                                    : snapshots.publish(person(), directory, force, progress));
            output.print(published, () -> SNAPSHOTS.text(published.snapshots()));
        }
    }

    @Command(
            name = "list",
            description = "List the snapshots in use.",
            footer = {"", "Examples:", "  muster snapshot list --json"})
    void list(@Mixin Output output) {
        with(snapshots -> {
            Snapshots found = snapshots.list();
            output.print(found, () -> SNAPSHOTS.text(found.snapshots()));
            return found;
        });
    }

    @Command(
            name = "show",
            description = "Show the versions of a project that are kept, the newest first.",
            footer = {"", "Examples:", "  muster snapshot show Shop"})
    void show(@Mixin One one, @Mixin Output output) {
        with(snapshots -> {
            List<Version> versions = snapshots.versions(one.project);
            output.print(versions, () -> VERSIONS.text(versions));
            return versions;
        });
    }

    @Command(
            name = "verify",
            description = "Verify every byte of a project's snapshot in use.",
            footer = {"", "Examples:", "  muster snapshot verify Shop"})
    void verify(@Mixin One one, @Mixin Output output) {
        answer(output, snapshots -> snapshots.verify(one.project), "%s of %s is whole: %d contacts.");
    }

    @Command(
            name = "pin",
            description = "Put a version into use and keep it there, whatever is published.",
            footer = {"", "Examples:", "  muster snapshot pin Shop 20261129T101500000Z-1a2b3c4d"})
    void pin(
            @Mixin One one,
            @Parameters(index = "1", paramLabel = "VERSION", description = "The version, as show lists it.")
                    String version,
            @Mixin Output output) {
        answer(
                output,
                snapshots -> snapshots.pin(person(), one.project, version),
                "%s of %s is in use and stays so (%d contacts). The command snapshot unpin ends that.");
    }

    @Command(
            name = "unpin",
            description = "Put the newest version into use, and all that are published from now on.",
            footer = {"", "Examples:", "  muster snapshot unpin Shop"})
    void unpin(@Mixin One one, @Mixin Output output) {
        answer(output, snapshots -> snapshots.unpin(person(), one.project), "%s of %s is in use (%d contacts).");
    }

    @Command(
            name = "rollback",
            description = "Put the version before the one in use into use, until the next is published.",
            footer = {"", "Examples:", "  muster snapshot rollback Shop"})
    void rollback(@Mixin One one, @Mixin Output output) {
        answer(output, snapshots -> snapshots.rollBack(person(), one.project), "%s of %s is in use (%d contacts).");
    }

    /** The project that a command is about, to be mixed in. */
    static final class One {

        @Parameters(index = "0", paramLabel = "PROJECT", description = "The project, by id or name.")
        private String project;
    }

    private void answer(Output output, Function<SnapshotService, Version> question, String text) {
        with(snapshots -> {
            Version version = question.apply(snapshots);
            output.print(version, () -> text.formatted(version.version(), version.project(), version.contacts()));
            return version;
        });
    }

    private <T> void with(Function<SnapshotService, T> question) {
        try (AppContext context = AppContext.open(terminal(), RunningConfiguration.class)) {
            var ignored = question.apply(context.get(SnapshotService.class));
        }
    }

    private static @Nullable String state(Version version) {
        return version.pinned() ? "pinned" : version.inUse() ? "in use" : null;
    }
}
