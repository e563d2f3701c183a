package io.muster.app;

import io.muster.directory.Touchpoint;
import io.muster.support.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A touchpoint as it is shown everywhere, in this order of keys.
 *
 * @param run the id of the import that brought it; null when it was added by itself
 */
public record TouchpointView(
        String channel,
        String kind,
        String time,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String run,
        String recorded) {

    static TouchpointView of(Touchpoint touchpoint, Ids ids) {
        Long run = touchpoint.run();
        return new TouchpointView(
                touchpoint.channel(),
                touchpoint.kind(),
                Instant.ofEpochMilli(touchpoint.happenedAt()).toString(),
                touchpoint.survey(),
                touchpoint.intercept(),
                run == null ? null : ids.run(run),
                Instant.ofEpochMilli(touchpoint.recordedAt()).toString());
    }
}
