package io.muster.cli;

import io.muster.app.FrequencyRuleService;
import io.muster.app.FrequencyRuleView;
import io.muster.app.RunningConfiguration;
import io.muster.app.SnapshotService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster frequency}. */
@Command(
        name = "frequency",
        description = {
            "Set how often people may be contacted, and see why somebody may not.",
            "",
            "All channels share the count. Rules of a survey are exceptions that replace the general rules."
        },
        subcommands = {FrequencyExplainCommand.class, FrequencySimulateCommand.class, FrequencyRecomputeCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster frequency add --directory Customers --max 2 --per 30d --gap 7d",
            "  muster frequency add --directory Customers --survey SV_support --always",
            "  muster frequency list --directory Customers"
        })
final class FrequencyCommand extends AppCommands {

    private static final Listing<FrequencyRuleView> RULES = new Listing<FrequencyRuleView>(
                    "No rule: nothing limits how often people are contacted.")
            .column("ID", FrequencyRuleView::id)
            .column("MAX", FrequencyCommand::maximum)
            .column("GAP", FrequencyRuleView::gap)
            .column("SURVEY", FrequencyRuleView::survey)
            .column("SEGMENT", FrequencyRuleView::segment)
            .column("LIST", FrequencyRuleView::list)
            .column("INTERCEPTS", rule -> rule.appliesToIntercepts() ? "yes" : "no");

    FrequencyCommand(Terminal terminal) {
        super(terminal);
    }

    /** The rule that a command is about, to be mixed in. */
    static final class RuleOption {

        @Parameters(paramLabel = "RULE", description = "The rule's id, FR_…")
        private String id;

        @Option(
                names = {"-d", "--directory"},
                paramLabel = "DIRECTORY",
                description = "The rule's directory, by id or name; only checked.")
        private @Nullable String directory;
    }

    @Command(
            name = "add",
            description = "Add a rule: a maximum in a rolling period, a gap, both, or --always for a survey.",
            footer = {
                "",
                "Periods: a whole number of s, m, h, d, w or mo (a month has 30 days).",
                "",
                "Examples:",
                "  muster frequency add --directory Customers --max 1 --per 30d --json",
                "  muster frequency add --directory Customers --gap 14d --segment Gold",
                "  muster frequency add --directory Customers --survey SV_12 --max 1 --per 90d --gap none"
            })
    void add(@Mixin DirectoryOption directory, @Mixin FrequencyRuleOptions options, @Mixin Output output) {
        RuleChange done = answer(
                FrequencyRuleService.class,
                rules -> changed(rules, rules.add(person(), directory.name(), options.rule())));
        FrequencyRuleView added = done.rule();
        publish(
                done,
                () -> output.print(
                        added,
                        () -> "Added the rule %s: %s.%s"
                                .formatted(
                                        added.id(),
                                        words(added),
                                        added.appliesToIntercepts() ? "" : " It does not apply to intercepts.")));
    }

    /**
     * A rule that was added or removed.
     *
     * @param publishes whether evaluators decide by it
     */
    private record RuleChange(FrequencyRuleView rule, boolean publishes) {}

    private static RuleChange changed(FrequencyRuleService rules, FrequencyRuleView rule) {
        return new RuleChange(rule, rules.isDecidedBy(rule));
    }

    /** The times of contacts, and which intercepts are list-based, follow from rules: what is published has to as well. */
    private void publish(RuleChange changed, Runnable answer) {
        if (changed.publishes()) {
            try (AppContext context = AppContext.open(terminal(), RunningConfiguration.class)) {
                var ignored = new RunSession(terminal())
                        .foreground(
                                context,
                                progress -> context.get(SnapshotService.class)
                                        .publish(person(), changed.rule().directory(), false, progress));
            }
        }

        answer.run();
    }

    @Command(
            name = "list",
            description = "List the rules of a directory, in order of their creation.",
            footer = {"", "Examples:", "  muster frequency list --directory Customers --json"})
    void list(@Mixin DirectoryOption directory, @Mixin Output output) {
        ask(FrequencyRuleService.class, rules -> {
            List<FrequencyRuleView> all = rules.list(directory.name());
            output.print(all, () -> RULES.text(all));
        });
    }

    @Command(
            name = "show",
            description = "Show a rule.",
            footer = {"", "Examples:", "  muster frequency show FR_1a2B3c4D5e6F7g8 --json"})
    void show(@Mixin RuleOption rule, @Mixin Output output) {
        ask(FrequencyRuleService.class, rules -> {
            FrequencyRuleView shown = rules.show(rule.directory, rule.id);
            output.print(shown, () -> RULES.text(List.of(shown)));
        });
    }

    @Command(
            name = "remove",
            description = "Take a rule away.",
            footer = {
                "",
                "Examples:",
                "  muster frequency remove FR_1a2B3c4D5e6F7g8 --preview",
                "  muster frequency remove FR_1a2B3c4D5e6F7g8 --yes"
            })
    void remove(@Mixin RuleOption rule, @Mixin TakingAway takingAway, @Mixin Output output) {
        Optional<RuleChange> gone = answer(FrequencyRuleService.class, rules -> {
            FrequencyRuleView before = rules.show(rule.directory, rule.id);
            if (takingAway.isPreview()) {
                output.print(
                        new Preview(before),
                        () -> "Would remove the rule %s: %s.".formatted(before.id(), words(before)));
                return Optional.empty();
            }

            takingAway.confirm("Remove the rule %s (%s)?".formatted(before.id(), words(before)));
            return Optional.of(changed(rules, rules.remove(person(), rule.directory, rule.id)));
        });
        gone.ifPresent(done -> publish(
                done,
                () -> output.print(
                        done.rule(),
                        () -> "Removed the rule %s: %s.".formatted(done.rule().id(), words(done.rule())))));
    }

    /** What would be gone. */
    private record Preview(FrequencyRuleView wouldRemove) {}

    private static @Nullable String maximum(FrequencyRuleView rule) {
        return rule.max() == null
                ? null
                : rule.per() == null ? rule.max().toString() : rule.max() + " per " + rule.per();
    }

    private static String words(FrequencyRuleView rule) {
        List<String> words = new ArrayList<>();
        if (rule.always()) {
            words.add("always");
        }

        if (rule.max() != null) {
            words.add("at most " + maximum(rule));
        }

        if (rule.gap() != null) {
            words.add("gap " + rule.gap());
        }

        String text = String.join(", ", words);
        return text
                + (rule.survey() == null ? "" : " for the survey " + rule.survey())
                + (rule.segment() == null ? "" : " for members of " + rule.segment())
                + (rule.list() == null ? "" : " for members of " + rule.list());
    }
}
