package io.muster.cli;

import io.muster.database.Database;
import io.muster.database.DatabaseSettings;
import io.muster.database.Migrated;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster database}. */
@Command(
        name = "database",
        description = "Bring the tables of the database up to date.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Every command does so by itself after an update, unless MUSTER_DATABASE_MIGRATE=off.",
            "",
            "Examples:",
            "  muster database migrate"
        })
final class DatabaseCommand {

    private final Terminal terminal;

    DatabaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "migrate",
            description = {
                "Create the tables of the database, or bring them up to date, and end.",
                "",
                "For installations whose servers use an account that may not change tables: they run with",
                "MUSTER_DATABASE_MIGRATE=off and wait for this command, which runs once before an update, with an",
                "account that may (docs/operating.md has its rights). Whatever that setting says, this command",
                "migrates. Where nothing is to do it says so and ends with 0; it may run twice at once."
            },
            footer = {
                "",
                "Environment: MUSTER_DATABASE_URL, MUSTER_DATABASE_USER, MUSTER_DATABASE_PASSWORD_FILE,",
                "MUSTER_DATABASE_WAIT (how long to wait for a database that does not answer yet; 30s).",
                "",
                "Examples:",
                "  muster database migrate",
                "  muster database migrate --json"
            })
    void migrate(@Mixin Output output) {
        try (AppContext context = AppContext.open(terminal)) {
            Migrated migrated = Database.migrate(context.get(DatabaseSettings.class));
            output.print(migrated, () -> text(migrated));
        }
    }

    private static String text(Migrated migrated) {
        Integer from = migrated.from();
        if (from == null) {
            return "Created the tables of %s, version %d.".formatted(migrated.database(), migrated.to());
        }

        return from == migrated.to()
                ? "The tables of %s are up to date: version %d.".formatted(migrated.database(), migrated.to())
                : "Brought the tables of %s from version %d to version %d."
                        .formatted(migrated.database(), from, migrated.to());
    }
}
