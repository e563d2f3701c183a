package io.muster.app;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks for responses; null asks for no such limit.
 *
 * @param project the project, by id or name; one that was deleted by id
 * @param intercept the intercept, by id
 * @param segment the segment, by id, that contacts are members of now
 * @param from first moment
 * @param to first moment that no longer counts
 */
public record ResponseRequest(
        String project,
        @Nullable String intercept,
        @Nullable String segment,
        @Nullable Instant from,
        @Nullable Instant to) {}
