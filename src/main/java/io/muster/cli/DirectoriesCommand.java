package io.muster.cli;

import io.muster.app.DirectoryDetails;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.NewDirectory;
import io.muster.app.Page;
import io.muster.app.RulesChange;
import io.muster.app.SettingsPatch;
import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldPolicy;
import io.muster.support.Refusal;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster directories}. */
@Command(
        name = "directories",
        description = "Create directories, look at them, change their identity rules and settings, delete them.",
        subcommands = {DirectoriesRekeyCommand.class, DirectoriesDeleteCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster directories create Customers --rule extRef --rule email,lastName",
            "  muster directories show Customers",
            "  muster directories rules Customers --add phone,lastName"
        })
final class DirectoriesCommand extends AppCommands {

    private static final String NONE = "none";

    private static final Listing<DirectoryView> DIRECTORIES = new Listing<DirectoryView>(
                    "No directories yet. Create one with: muster directories create NAME")
            .column("ID", DirectoryView::id)
            .column("NAME", DirectoryView::name)
            .column("TIME ZONE", DirectoryView::timeZone)
            .column("IDENTITY RULES", DirectoriesCommand::rules);

    private static final Listing<DirectoryView.Rule> RULES = new Listing<DirectoryView.Rule>(
                    "No identity rules: every record creates a contact.")
            .column("RULE", DirectoryView.Rule::rule)
            .column("FIELDS", rule -> String.join(",", rule.fields()))
            .column("STATE", rule -> rule.state().name().toLowerCase(Locale.ROOT));

    DirectoriesCommand(Terminal terminal) {
        super(terminal);
    }

    /** The directory that a command is about, to be mixed in. */
    static final class Named {

        @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The directory, by id or name.")
        private String directory;
    }

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
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique in this installation.") String name,
            @Option(
                            names = "--rule",
                            paramLabel = "FIELDS",
                            description = "An identity rule: fields that must all be equal, for example"
                                    + " email,lastName or firstName:exact,embedded.plan. Rules are tried in order."
                                    + " Default: extRef.")
                    @Nullable
                    List<String> rules,
            @Option(names = "--no-rules", description = "No identity rules: every record creates a contact.")
                    boolean noRules,
            @Option(
                            names = "--time-zone",
                            paramLabel = "ZONE",
                            defaultValue = "UTC",
                            description = "Where its days begin, for example Europe/Berlin. Default: UTC.")
                    ZoneId timeZone,
            @Mixin Output output) {
        if (noRules && rules != null) {
            throw Refusal.usage(
                    "Cannot create the directory: --no-rules and --rule contradict each other. Use one of them.");
        }

        List<String> wanted = noRules ? List.of() : rules == null ? List.of("extRef") : rules;
        ask(DirectoryService.class, directories -> {
            DirectoryView made = directories.create(new NewDirectory(person(), name, timeZone, wanted));
            output.print(
                    made,
                    () -> "Created the directory %s (%s).%n%s"
                            .formatted(made.name(), made.id(), RULES.text(made.identityRules())));
        });
    }

    @Command(
            name = "list",
            description = "List the directories by name.",
            footer = {"", "Examples:", "  muster directories list", "  muster directories list --json"})
    void list(@Mixin Paging paging, @Mixin Output output) {
        ask(DirectoryService.class, directories -> {
            Page<DirectoryView> page = directories.list(paging.after(), paging.most());
            output.print(page.items(), () -> DIRECTORIES.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "show",
            description = "Show a directory: its rules, settings and how much it holds.",
            footer = {
                "",
                "Examples:",
                "  muster directories show Customers",
                "  muster directories show POOL_1a2B3c4D5e6F7g8 --json"
            })
    void show(@Mixin Named named, @Mixin Output output) {
        ask(DirectoryService.class, directories -> {
            DirectoryDetails details = directories.show(named.directory);
            output.print(details, () -> text(details));
        });
    }

    @Command(
            name = "rename",
            description = "Give a directory another name. Job files that name it by its id go on as they are.",
            footer = {"", "Examples:", "  muster directories rename Customers Clients"})
    void rename(
            @Mixin Named named,
            @Parameters(index = "1", paramLabel = "NAME", description = "Its new name, unique in this installation.")
                    String name,
            @Mixin Output output) {
        ask(DirectoryService.class, directories -> {
            DirectoryView after = directories.rename(person(), named.directory, name);
            output.print(after, () -> "The directory is now called %s (%s).".formatted(after.name(), after.id()));
        });
    }

    @Command(
            name = "rules",
            description = "Show or change the identity rules of a directory. A new rule of a directory that has"
                    + " contacts is pending until its contacts have been given their keys.",
            footer = {
                "",
                "Examples:",
                "  muster directories rules Customers",
                "  muster directories rules Customers --add email,lastName",
                "  muster directories rules Customers --remove email,lastName     (or its number: --remove 2)",
                "  muster directories rules Customers --set extRef --set email    (exactly these, in this order)"
            })
    void rules(
            @Mixin Named named,
            @Option(names = "--set", paramLabel = "FIELDS", description = "The rules from now on, in this order.")
                    @Nullable
                    List<String> wanted,
            @Option(names = "--add", paramLabel = "FIELDS", description = "A further rule after the others.") @Nullable
                    List<String> added,
            @Option(
                            names = "--remove",
                            paramLabel = "FIELDS|RULE",
                            description = "A rule to take away, by fields or number.")
                    @Nullable
                    List<String> removed,
            @Option(names = "--no-rules", description = "Take all rules away.") boolean noRules,
            @Mixin Output output) {
        boolean edits = added != null || removed != null;
        if ((noRules ? 1 : 0) + (wanted == null ? 0 : 1) + (edits ? 1 : 0) > 1) {
            throw Refusal.usage("Cannot change the rules: --set, --no-rules and --add or --remove exclude each other."
                    + " Use one of them.");
        }

        ask(DirectoryService.class, directories -> {
            DirectoryView view = noRules || wanted != null
                    ? directories.change(RulesChange.exactly(person(), named.directory, given(wanted)))
                    : edits
                            ? directories.change(
                                    new RulesChange(person(), named.directory, null, given(added), given(removed)))
                            : directories.find(named.directory);
            output.print(view, () -> RULES.text(view.identityRules()));
            if (view.hasPendingRule()) {
                terminal().notes().println("Pending rules match once the re-key job has given every contact its key.");
            }
        });
    }

    private static List<String> given(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }

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
    void settings(
            @Mixin Named named,
            @Option(
                            names = "--policy",
                            paramLabel = "FIELD=POLICY",
                            description = "What an incoming value does: overwrite, fill-if-empty, keep or"
                                    + " clear-on-blank.")
                    @Nullable
                    Map<String, String> policies,
            @Option(
                            names = "--null-token",
                            paramLabel = "WORD",
                            description = "Words that count as blank; replaces all.")
                    @Nullable
                    List<String> nullTokens,
            @Option(names = "--no-null-tokens", description = "Only blank is blank.") boolean noNullTokens,
            @Option(
                            names = "--region",
                            paramLabel = "REGION",
                            description = "Where phone numbers without + are read, for example DE; none for nowhere.")
                    @Nullable
                    String region,
            @Option(
                            names = "--merge-mode",
                            paramLabel = "MODE",
                            description = "new-records: records match as they arrive; all-contacts: existing"
                                    + " duplicates as well.")
                    @Nullable
                    String mergeMode,
            @Option(
                            names = "--protect-reference",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether weaker rules leave a contact alone that holds another reference.")
                    @Nullable
                    Boolean protectReference,
            @Option(
                            names = "--placeholder",
                            paramLabel = "WORD",
                            description = "Values that form no key; replaces all.")
                    @Nullable
                    List<String> placeholders,
            @Option(names = "--no-placeholders", description = "Every value forms a key.") boolean noPlaceholders,
            @Option(
                            names = "--max-group",
                            paramLabel = "N",
                            description = "The largest group of duplicates that is merged.")
                    @Nullable
                    Integer maxGroup,
            @Option(
                            names = "--source",
                            paramLabel = "NAME",
                            description =
                                    "Sources in the order of their precedence, the highest first: what one said is"
                                            + " not replaced by those after it. Replaces all.")
                    @Nullable
                    List<String> sources,
            @Option(names = "--no-sources", description = "All sources are equal.") boolean noSources,
            @Option(names = "--time-zone", paramLabel = "ZONE", description = "Where its days begin.") @Nullable
                    ZoneId timeZone,
            @Mixin Output output) {
        Map<String, FieldPolicy> chosen = new LinkedHashMap<>();
        if (policies != null) {
            policies.forEach((field, word) -> chosen.put(field, Words.policy(word)));
        }

        SettingsPatch patch = new SettingsPatch(
                person(),
                named.directory,
                chosen,
                noNullTokens ? List.of() : nullTokens,
                NONE.equalsIgnoreCase(region) ? "" : region,
                mergeMode == null ? null : Words.mergeMode(mergeMode),
                protectReference,
                noPlaceholders ? List.of() : placeholders,
                maxGroup,
                noSources ? List.of() : sources,
                timeZone);
        ask(DirectoryService.class, directories -> {
            DirectoryView before = directories.find(named.directory);
            DirectoryView after = directories.change(patch);
            output.print(
                    new Settings(after.id(), after.name(), after.timeZone(), after.settings()),
                    () -> new TextTable("TIME ZONE", after.timeZone()) + SettingsText.of(after.settings()));
            boolean otherKeys =
                    !after.settings().placeholders().equals(before.settings().placeholders());
            if (otherKeys && after.hasPendingRule()) {
                terminal()
                        .notes()
                        .println("Other placeholders make other keys: no rule matches until 'muster directories rekey "
                                + after.id() + "' has given every contact its keys. Run it before the next import.");
            }
        });
    }

    private record Settings(String id, String name, String timeZone, DirectorySettings settings) {}

    private static String text(DirectoryDetails details) {
        DirectoryView directory = details.directory();
        return new TextTable("ID", directory.id())
                        .row("NAME", directory.name())
                        .row("TIME ZONE", directory.timeZone())
                        .row("CREATED", directory.created())
                        .row("CONTACTS", details.contacts())
                        .row("LISTS", details.lists())
                        .row("EMBEDDED DATA", String.join(", ", details.embeddedNames()))
                + SettingsText.of(directory.settings())
                + "\n"
                + RULES.text(directory.identityRules());
    }

    private static String rules(DirectoryView directory) {
        return directory.rules().stream()
                .map(fields -> String.join(",", fields))
                .collect(Collectors.joining(" | "));
    }
}
