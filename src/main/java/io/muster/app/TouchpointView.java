package io.muster.app;

import io.muster.directory.Touchpoint;
import io.muster.directory.store.Timeline.Keyed;
import io.muster.support.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A touchpoint as it is shown everywhere, in this order of keys.
 *
 * @param source where it comes from
 * @param key its key in that source; null for none, and for touchpoints recorded before keys were kept
 * @param run the id of the import that brought it; null when it was added by itself
 */
public record TouchpointView(
        String contactId,
        String channel,
        String kind,
        String time,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String project,
        @Nullable String display,
        @Nullable String session,
        String source,
        @Nullable String key,
        @Nullable String run,
        String recorded) {

    static TouchpointView of(int directory, Keyed<Touchpoint> keyed, Ids ids) {
        Touchpoint touchpoint = keyed.event();
        Long run = touchpoint.run();
        return new TouchpointView(
                ids.contact(directory, keyed.contact()),
                touchpoint.channel(),
                touchpoint.kind(),
                Instant.ofEpochMilli(touchpoint.happenedAt()).toString(),
                touchpoint.survey(),
                touchpoint.intercept(),
                touchpoint.project(),
                touchpoint.display(),
                touchpoint.session(),
                touchpoint.source(),
                touchpoint.key(),
                run == null ? null : ids.run(run),
                Instant.ofEpochMilli(touchpoint.recordedAt()).toString());
    }
}
