package io.muster.app;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A JSON event with what became of it.
 *
 * @param run its public id as a run, {@code RN_…}
 * @param kind {@code event}
 * @param automation the id in its job file
 * @param status {@code QUEUED}, {@code COMPLETED} or {@code REJECTED}
 * @param eventId the id that its sender gave it; null for none
 * @param outcome such as {@code CREATED}; null while it waits
 * @param contactId the contact; null where there is none
 * @param code why it was rejected, for programs; null else
 * @param field what was at fault; null else
 * @param reason why it was rejected, for people; null else
 */
public record EventRunView(
        String run,
        String kind,
        @Nullable String automation,
        String status,
        @Nullable String eventId,
        Instant received,
        String sender,
        int size,
        @Nullable Instant applied,
        @Nullable String outcome,
        @Nullable String contactId,
        @Nullable String code,
        @Nullable String field,
        @Nullable String reason) {}
