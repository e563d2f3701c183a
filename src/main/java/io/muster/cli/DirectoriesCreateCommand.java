package io.muster.cli;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.support.Refusal;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster directories create}. */
@Command(
        name = "create",
        description = "Create a directory.",
        footer = {
            "",
            "Examples:",
            "  muster directories create Customers",
            "  muster directories create Customers --rule extRef --rule email,lastName --json",
            "  muster directories create Inbox --no-rules --time-zone Europe/Berlin"
        })
final class DirectoriesCreateCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "Its name, unique in this installation.")
    private String name;

    @Option(
            names = "--rule",
            paramLabel = "FIELDS",
            description = "An identity rule: fields that must all be equal, for example email,lastName or"
                    + " firstName:exact,embedded.plan. Rules are tried in order. Default: extRef.")
    private List<String> rules = List.of();

    @Option(names = "--no-rules", description = "No identity rules: every record creates a contact.")
    private boolean noRules;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            defaultValue = "UTC",
            description = "Where its days begin, for example Europe/Berlin. Default: UTC.")
    private ZoneId timeZone;

    @Mixin
    private Output output;

    DirectoriesCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        List<List<String>> wanted = wantedRules();
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            IdentityRules store = context.get(IdentityRules.class);
            Directory directory = context.get(Directories.class)
                    .create(name, timeZone, created -> store.set(created.number(), wanted));
            DirectoryAnswer answer = DirectoryAnswer.of(directory, store.of(directory.number()));
            output.print(
                    answer,
                    () -> "Created the directory %s (%s).%n%s"
                            .formatted(answer.name(), answer.id(), answer.rulesText()));
        }
    }

    private List<List<String>> wantedRules() {
        if (noRules && !rules.isEmpty()) {
            throw Refusal.usage(
                    "Cannot create the directory: --no-rules and --rule contradict each other. Use one of them.");
        }

        List<String> texts = noRules ? List.of() : rules.isEmpty() ? List.of("extRef") : rules;
        return texts.stream().map(IdentityRule::parse).toList();
    }
}
