package io.muster.app;

import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks for changes of a segment; what is null stays.
 *
 * @param condition the new condition as YAML or JSON
 * @param guard gives the new guard from the present one
 * @param name the new name
 */
public record SegmentChange(
        Actor actor,
        SegmentRef segment,
        @Nullable String condition,
        @Nullable UnaryOperator<SizeGuard> guard,
        @Nullable String name) {}
