package io.muster.cli;

import io.muster.app.NewFrequencyRule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a frequency rule is made of, to be mixed in. */
final class FrequencyRuleOptions {

    @Option(
            names = "--max",
            paramLabel = "N|none",
            description = "At most so many touchpoints in the period; 0: never. Left out: no limit in a general rule,"
                    + " inherited in a rule of a survey.")
    private @Nullable String max;

    @Option(names = "--per", paramLabel = "PERIOD", description = "The period of --max, such as 30d, 2w or 1mo.")
    private @Nullable String per;

    @Option(
            names = "--gap",
            paramLabel = "PERIOD|none",
            description = "The least time between two touchpoints. Left out: as with --max.")
    private @Nullable String gap;

    @Option(
            names = "--survey",
            paramLabel = "SURVEY",
            description = "An exception for this survey: it replaces all rules without a survey.")
    private @Nullable String survey;

    @Option(names = "--always", description = "Nothing limits the survey.")
    private boolean always;

    @Option(
            names = "--segment",
            paramLabel = "SEGMENT",
            description = "Holds for the members of this segment, by id or name, beside the other rules.")
    private @Nullable String segment;

    @Option(
            names = "--list",
            paramLabel = "LIST",
            description = "Holds for the members of this list, by id or name, in messages; not for intercepts.")
    private @Nullable String list;

    NewFrequencyRule rule() {
        return new NewFrequencyRule(max, per, gap, survey, always, segment, list);
    }
}
