package io.muster.cli;

import io.muster.app.EligibilityService;
import io.muster.app.FrequencyExplanation;
import io.muster.app.FrequencyExplanation.CountedView;
import io.muster.app.FrequencyExplanation.Standing;
import io.muster.app.WhichContact;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster frequency explain}. */
@Command(
        name = "explain",
        description =
                "Explain why a contact may or may not be contacted: each rule that applies, with what it counted.",
        footer = {
            "",
            "Examples:",
            "  muster frequency explain --directory Customers --ref C-1042 --json",
            "  muster frequency explain --directory Customers --contact CID_1a2B3c4D5e6F7g8 --survey SV_12 \\",
            "      --at 2026-12-01T09:00:00Z"
        })
final class FrequencyExplainCommand extends AppCommands implements Runnable {

    private static final Listing<Standing> RULES = new Listing<Standing>("No rule applies.")
            .column("RULE", Standing::rule)
            .column("COUNTED", Standing::counted)
            .column("NEXT ELIGIBLE", Standing::nextEligible)
            .column(
                    "TOUCHPOINTS",
                    standing -> String.join(
                            ", ",
                            standing.touchpoints().stream()
                                    .map(FrequencyExplainCommand::words)
                                    .toList()));

    @Mixin
    private DirectoryOption directory;

    @ArgGroup(multiplicity = "1")
    private Whose whose = new Whose();

    @Option(names = "--survey", paramLabel = "SURVEY", description = "The survey asked about.")
    private @Nullable String survey;

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            defaultValue = "web",
            description = "email, sms, web or app. Rules on lists apply to email and sms. Default: ${DEFAULT-VALUE}.")
    private String channel;

    @Mixin
    private FrequencyAsk ask;

    @Mixin
    private Output output;

    /** The contact. */
    static final class Whose {

        @Option(names = "--contact", paramLabel = "CONTACT", required = true, description = "The contact's id, CID_…")
        private @Nullable String contact;

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "Its external reference; references taken over by merges count.")
        private @Nullable String reference;
    }

    FrequencyExplainCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public void run() {
        ask(EligibilityService.class, eligibility -> {
            FrequencyExplanation explanation = eligibility.explain(
                    directory.name(), new WhichContact(whose.contact, whose.reference), ask.question(channel, survey));
            output.print(explanation, () -> text(explanation));
        });
    }

    private static String text(FrequencyExplanation explanation) {
        String next = explanation.nextEligible();
        String first = explanation.eligible()
                ? "Eligible."
                : next == null
                        ? "Never eligible, by the rule " + explanation.rule() + "."
                        : "Eligible again at " + next + ", by the rule " + explanation.rule() + ".";
        String reset = explanation.resetAt();
        return first
                + (reset == null
                        ? ""
                        : " Its counters were reset: what was known by %s does not count.".formatted(reset))
                + "\n\n" + RULES.text(explanation.rules());
    }

    private static String words(CountedView counted) {
        return counted.time() + " " + counted.channel() + " " + counted.kind()
                + (counted.survey() == null ? "" : " " + counted.survey());
    }
}
