package io.muster.cli;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster directories rules}. */
@Command(
        name = "rules",
        description = "Show or change the identity rules of a directory. A new rule of a directory that has contacts"
                + " is pending until its contacts have been given their keys.",
        footer = {
            "",
            "Examples:",
            "  muster directories rules Customers",
            "  muster directories rules Customers --add email,lastName",
            "  muster directories rules Customers --remove email,lastName     (or its number: --remove 2)",
            "  muster directories rules Customers --set extRef --set email    (exactly these, in this order)"
        })
final class DirectoriesRulesCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Option(names = "--set", paramLabel = "FIELDS", description = "The rules from now on, in this order.")
    private List<String> wanted = List.of();

    @Option(names = "--add", paramLabel = "FIELDS", description = "A further rule behind the others.")
    private List<String> added = List.of();

    @Option(names = "--remove", paramLabel = "FIELDS|RULE", description = "A rule to take away, by fields or number.")
    private List<String> removed = List.of();

    @Option(names = "--no-rules", description = "Take all rules away.")
    private boolean noRules;

    @Mixin
    private Output output;

    DirectoriesRulesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        boolean edits = !added.isEmpty() || !removed.isEmpty();
        if ((noRules ? 1 : 0) + (wanted.isEmpty() ? 0 : 1) + (edits ? 1 : 0) > 1) {
            throw Refusal.usage("Cannot change the rules: --set, --no-rules and --add or --remove exclude each other."
                    + " Use one of them.");
        }

        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Directory found = context.get(Directories.class).find(directory);
            IdentityRules store = context.get(IdentityRules.class);
            if (noRules || !wanted.isEmpty()) {
                store.set(
                        found.number(), wanted.stream().map(IdentityRule::parse).toList());
            } else if (edits) {
                store.set(found.number(), edited(store.of(found.number())));
            }

            DirectoryAnswer answer = DirectoryAnswer.of(found, store.of(found.number()));
            output.print(answer, answer::rulesText);
            if (answer.identityRules().stream().anyMatch(rule -> rule.state() == IdentityRule.State.PENDING)) {
                terminal.notes().println("Pending rules match once the re-key job has given every contact its key.");
            }
        }
    }

    private List<List<String>> edited(List<IdentityRule> present) {
        List<IdentityRule> left = new ArrayList<>(present);
        for (String text : removed) {
            if (!left.removeIf(rule -> isMeant(rule, text))) {
                throw Refusal.usage("Cannot remove the rule '" + text
                        + "': the directory has no such rule. Give its fields or its number as shown.");
            }
        }

        List<List<String>> rules = new ArrayList<>();
        left.forEach(rule -> rules.add(rule.fields()));
        added.forEach(text -> rules.add(IdentityRule.parse(text)));
        return rules;
    }

    private static boolean isMeant(IdentityRule rule, String text) {
        return text.strip().equals(Integer.toString(rule.id()))
                || String.join(",", rule.fields()).equals(text.replace(" ", ""));
    }
}
