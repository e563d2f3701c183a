package io.muster.automation.notify;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notification as it is told of beside what it was about; to whom it went is not.
 *
 * @param id its number
 * @param channel email or webhook
 * @param state WAITING, SENT, GIVEN_UP or DROPPED
 * @param attempts how often it was tried
 * @param lastError why the last attempt failed; null when none has
 * @param ended when it arrived or was given up; null while it is under way
 */
public record SentNotification(
        long id,
        String channel,
        String state,
        int attempts,
        @Nullable String lastError,
        Instant created,
        @Nullable Instant ended) {}
