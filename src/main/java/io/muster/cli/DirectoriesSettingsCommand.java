package io.muster.cli;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldPolicy;
import io.muster.directory.store.Directories;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster directories settings}. */
@Command(
        name = "settings",
        description = "Show or change the settings of a directory. What is not given stays.",
        footer = {
            "",
            "Examples:",
            "  muster directories settings Customers",
            "  muster directories settings Customers --policy phone=fill-if-empty --policy embedded.plan=keep",
            "  muster directories settings Customers --null-token NULL --null-token N/A --region DE"
        })
final class DirectoriesSettingsCommand implements Runnable {

    private static final String NONE = "none";

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Option(
            names = "--policy",
            paramLabel = "FIELD=POLICY",
            description = "What an incoming value does: overwrite, fill-if-empty, keep or clear-on-blank.")
    private Map<String, String> policies = Map.of();

    @Option(names = "--null-token", paramLabel = "WORD", description = "Words that count as blank; replaces all.")
    private List<String> nullTokens = List.of();

    @Option(names = "--no-null-tokens", description = "Only blank is blank.")
    private boolean noNullTokens;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Where phone numbers without + are read, for example DE; none for nowhere.")
    private @Nullable String region;

    @Option(
            names = "--merge-mode",
            paramLabel = "MODE",
            description = "new-records: records match as they arrive; all-contacts: existing duplicates as well.")
    private @Nullable String mergeMode;

    @Option(
            names = "--protect-reference",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether weaker rules leave a contact alone that holds another reference.")
    private @Nullable Boolean protectReference;

    @Option(names = "--placeholder", paramLabel = "WORD", description = "Values that form no key; replaces all.")
    private List<String> placeholders = List.of();

    @Option(names = "--no-placeholders", description = "Every value forms a key.")
    private boolean noPlaceholders;

    @Option(names = "--max-group", paramLabel = "N", description = "The largest group of duplicates that is merged.")
    private @Nullable Integer maxGroup;

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Where its days begin.")
    private @Nullable ZoneId timeZone;

    @Mixin
    private Output output;

    DirectoriesSettingsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    private record Answer(String id, String name, String timeZone, DirectorySettings settings) {}

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Directories directories = context.get(Directories.class);
            Directory found = directories.find(directory);
            DirectorySettings settings = isChange()
                    ? context.get(SettingsChange.class)
                            .make(found.number(), this::changed)
                            .settings()
                    : found.settings();
            ZoneId zone = found.timeZone();
            if (timeZone != null) {
                directories.moveTo(found.number(), timeZone);
                zone = timeZone;
            }

            Answer answer = new Answer(found.id(), found.name(), zone.getId(), settings);
            output.print(
                    answer, () -> new TextTable("TIME ZONE", answer.timeZone()) + SettingsText.of(answer.settings()));
            if (!settings.placeholders().equals(found.settings().placeholders())) {
                noteWaitingRules(context, found);
            }
        }
    }

    private void noteWaitingRules(AppContext context, Directory found) {
        boolean waiting = context.get(IdentityRules.class).of(found.number()).stream()
                .anyMatch(rule -> rule.state() == IdentityRule.State.PENDING);
        if (waiting) {
            terminal.notes()
                    .println("Other placeholders make other keys: no rule matches until 'muster directories rekey "
                            + found.id() + "' has given every contact its keys. Run it before the next import.");
        }
    }

    private boolean isChange() {
        return !policies.isEmpty()
                || !nullTokens.isEmpty()
                || noNullTokens
                || region != null
                || mergeMode != null
                || protectReference != null
                || !placeholders.isEmpty()
                || noPlaceholders
                || maxGroup != null;
    }

    private DirectorySettings changed(DirectorySettings before) {
        Map<String, FieldPolicy> merged = new LinkedHashMap<>(before.policies());
        policies.forEach((target, word) -> {
            FieldPolicy policy = Words.policy(word);
            merged.remove(target);
            if (policy != FieldPolicy.OVERWRITE) {
                merged.put(target, policy);
            }
        });
        String newRegion = region == null ? before.region() : NONE.equalsIgnoreCase(region) ? null : region;
        return new DirectorySettings(
                merged,
                noNullTokens ? List.of() : nullTokens.isEmpty() ? before.nullTokens() : nullTokens,
                newRegion,
                mergeMode == null ? before.mergeMode() : Words.mergeMode(mergeMode),
                protectReference == null ? before.protectReference() : protectReference,
                noPlaceholders ? List.of() : placeholders.isEmpty() ? before.placeholders() : placeholders,
                maxGroup == null ? before.maxGroup() : maxGroup);
    }
}
