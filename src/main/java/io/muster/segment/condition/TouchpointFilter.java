package io.muster.segment.condition;

import java.util.List;
import java.util.Optional;

/**
 * Which touchpoints of a contact count. Texts are compared without case; an empty list lets all through.
 *
 * @param channels one of these channels
 * @param kinds one of these kinds
 * @param surveys one of these surveys
 * @param intercepts one of these intercepts
 * @param withinLast how recent they must be; those dated after the pass are not
 */
public record TouchpointFilter(
        List<String> channels,
        List<String> kinds,
        List<String> surveys,
        List<String> intercepts,
        Optional<Span> withinLast) {

    /** Copies the lists. */
    public TouchpointFilter {
        channels = List.copyOf(channels);
        kinds = List.copyOf(kinds);
        surveys = List.copyOf(surveys);
        intercepts = List.copyOf(intercepts);
    }
}
