package io.muster.cli;

import io.muster.app.PageEventsRequest;
import io.muster.directory.Actor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What came from the pages of a project in a span of time, to be mixed in. */
final class FromPages {

    @Option(
            names = "--project",
            paramLabel = "PROJECT",
            required = true,
            description = "What came from the pages and apps of this project, by id or name; of a deleted one by id.")
    private String project;

    @Option(names = "--intercept", paramLabel = "INTERCEPT", description = "Only of this intercept, SI_…")
    private @Nullable String intercept;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            required = true,
            description = "What happened, or came, from this time on, as ISO 8601; UTC.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            required = true,
            description = "What happened, or came, before this time, as ISO 8601; UTC.")
    private String to;

    PageEventsRequest request(Actor actor) {
        return new PageEventsRequest(
                actor,
                project,
                intercept,
                Objects.requireNonNull(Moment.of("--from", from)),
                Objects.requireNonNull(Moment.of("--to", to)));
    }
}
