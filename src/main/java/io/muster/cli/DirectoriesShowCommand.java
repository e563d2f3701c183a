package io.muster.cli;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster directories show}. */
@Command(
        name = "show",
        description = "Show a directory: its rules, settings and how much it holds.",
        footer = {
            "",
            "Examples:",
            "  muster directories show Customers",
            "  muster directories show POOL_1a2B3c4D5e6F7g8 --json"
        })
final class DirectoriesShowCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Mixin
    private Output output;

    DirectoriesShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    private record Answer(
            String id,
            String name,
            List<List<String>> rules,
            List<DirectoryAnswer.Rule> identityRules,
            String timeZone,
            DirectorySettings settings,
            Instant created,
            long contacts,
            int lists,
            List<String> embeddedNames) {}

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Directory found = context.get(Directories.class).find(directory);
            int number = found.number();
            DirectoryAnswer of =
                    DirectoryAnswer.of(found, context.get(IdentityRules.class).of(number));
            Answer answer = new Answer(
                    of.id(),
                    of.name(),
                    of.rules(),
                    of.identityRules(),
                    of.timeZone(),
                    of.settings(),
                    of.created(),
                    context.get(Contacts.class).count(number),
                    context.get(MailingLists.class).of(number).size(),
                    context.get(EmbeddedNames.class).of(number).names());
            output.print(answer, () -> text(answer, of));
        }
    }

    private static String text(Answer answer, DirectoryAnswer of) {
        return new TextTable("ID", answer.id())
                        .row("NAME", answer.name())
                        .row("TIME ZONE", answer.timeZone())
                        .row("CREATED", answer.created())
                        .row("CONTACTS", answer.contacts())
                        .row("LISTS", answer.lists())
                        .row("EMBEDDED DATA", String.join(", ", answer.embeddedNames()))
                + SettingsText.of(answer.settings())
                + "\n"
                + of.rulesText();
    }
}
