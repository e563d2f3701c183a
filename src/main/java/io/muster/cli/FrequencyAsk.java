package io.muster.cli;

import io.muster.app.FrequencyQuestion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For what somebody is to be contacted, to be mixed in; the channel is the command's own. */
final class FrequencyAsk {

    @Option(names = "--at", paramLabel = "TIME", description = "The moment asked about, as ISO 8601. Default: now.")
    private @Nullable String at;

    FrequencyQuestion question(String channel, @Nullable String survey) {
        return new FrequencyQuestion(channel, survey, at);
    }
}
