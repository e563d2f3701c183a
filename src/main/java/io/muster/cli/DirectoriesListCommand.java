package io.muster.cli;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.directory.store.Directories;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster directories list}. */
@Command(
        name = "list",
        description = "List all directories by name.",
        footer = {"", "Examples:", "  muster directories list", "  muster directories list --json"})
final class DirectoriesListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private Output output;

    DirectoriesListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            IdentityRules rules = context.get(IdentityRules.class);
            List<DirectoryAnswer> answers = context.get(Directories.class).list().stream()
                    .map(directory -> DirectoryAnswer.of(directory, rules.of(directory.number())))
                    .toList();
            output.print(answers, () -> text(answers));
        }
    }

    private static String text(List<DirectoryAnswer> answers) {
        if (answers.isEmpty()) {
            return "No directories yet. Create one with: muster directories create NAME\n";
        }

        TextTable table = new TextTable("ID", "NAME", "TIME ZONE", "IDENTITY RULES");
        answers.forEach(answer -> table.row(
                answer.id(),
                answer.name(),
                answer.timeZone(),
                answer.rules().stream().map(fields -> String.join(",", fields)).collect(Collectors.joining(" | "))));
        return table.toString();
    }
}
