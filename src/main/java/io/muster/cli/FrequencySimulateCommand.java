package io.muster.cli;

import io.muster.app.FrequencyForecasts;
import io.muster.app.SimulationRequest;
import io.muster.app.SimulationView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster frequency simulate}. */
@Command(
        name = "simulate",
        description = "Forecast whom a new rule would hold back, a changed one (--without with a new one), or a removed"
                + " one (--without alone). Nothing is changed.",
        footer = {
            "",
            "Examples:",
            "  muster frequency simulate --directory Customers --max 1 --per 90d",
            "  muster frequency simulate --directory Customers --without FR_1a2B3c4D5e6F7g8 --gap 14d \\",
            "      --among SG_1a2B3c4D5e6F7g8 --json"
        })
final class FrequencySimulateCommand extends AppCommands implements Runnable {

    @Mixin
    private DirectoryOption directory;

    @Mixin
    private FrequencyRuleOptions options;

    @Option(
            names = "--without",
            paramLabel = "RULE",
            description = "The id of a rule, FR_…, that is taken away, or replaced by the new one.")
    private @Nullable String without;

    @Option(
            names = "--among",
            paramLabel = "ID",
            description = "Count the members of this segment or list only, by id. Default: all contacts.")
    private @Nullable String among;

    @Option(
            names = "--asked",
            paramLabel = "SURVEY",
            description = "The survey that people would be contacted about. Default: the one of the rule.")
    private @Nullable String asked;

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

    FrequencySimulateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public void run() {
        ask(FrequencyForecasts.class, forecasts -> {
            SimulationView forecast = forecasts.simulate(new SimulationRequest(
                    directory.name(), options.rule(), without, among, ask.question(channel, asked)));
            output.print(
                    forecast,
                    () -> "Of %d contacts %d are held back now and %d would be: %d more, %d no longer."
                            .formatted(
                                    forecast.contacts(),
                                    forecast.cappedBefore(),
                                    forecast.cappedAfter(),
                                    forecast.newlyCapped(),
                                    forecast.noLongerCapped()));
        });
    }
}
