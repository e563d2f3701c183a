package io.muster.app;

import io.muster.directory.Actor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks that what came from pages in a span of time be taken back.
 *
 * @param project the project, by id or name; one that was deleted by id
 * @param intercept the intercept, by id; null for all of the project
 * @param from first moment
 * @param to first moment that no longer counts
 */
public record PageEventsRequest(
        Actor actor, String project, @Nullable String intercept, Instant from, Instant to) {}
