package io.muster.app;

import io.muster.directory.Touchpoint;
import io.muster.support.PublicId;
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

    static TouchpointView of(Touchpoint touchpoint) {
        Long run = touchpoint.run();
        return new TouchpointView(
                touchpoint.channel(),
                touchpoint.kind(),
                Instant.ofEpochMilli(touchpoint.happenedAt()).toString(),
                touchpoint.survey(),
                touchpoint.intercept(),
                run == null ? null : PublicId.RUN.of(run),
                Instant.ofEpochMilli(touchpoint.recordedAt()).toString());
    }
}
