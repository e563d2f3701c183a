package io.muster.jobs.event;

import io.muster.directory.Actor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event with what became of it.
 *
 * @param number its numeric id
 * @param automation the automation's numeric id
 * @param eventId the id that its sender gave it, its first 255 characters; null for none
 * @param body its JSON; null once it is completed
 * @param applied when it was completed or rejected; null before
 * @param outcome what became of it, such as {@code CREATED}; null before
 * @param directory numeric id of the directory; null before
 * @param contact the number of the contact; null where there is none
 * @param code why it was rejected, for programs; null else
 * @param field what was at fault; null else
 * @param reason why it was rejected, for people; null else
 */
public record JsonEvent(
        long number,
        long automation,
        @Nullable String eventId,
        Instant received,
        Actor sender,
        State state,
        int size,
        @Nullable String body,
        @Nullable Instant applied,
        @Nullable String outcome,
        @Nullable Integer directory,
        @Nullable Long contact,
        @Nullable String code,
        @Nullable String field,
        @Nullable String reason) {

    /** How far it has come. */
    public enum State {
        /** It is accepted and will be applied. */
        QUEUED,
        /** It is applied. */
        COMPLETED,
        /** It could not be applied, for the reason it has. */
        REJECTED
    }
}
