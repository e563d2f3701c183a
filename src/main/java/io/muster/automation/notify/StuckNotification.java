package io.muster.automation.notify;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notification that could not be delivered so far.
 *
 * @param id its number
 * @param automation the id in the job file
 * @param channel email or webhook
 * @param destination a mailbox, or the webhook as the job file has it
 * @param state whether it is tried again
 * @param attempts how often it was tried
 * @param lastError why the last attempt failed
 * @param created when it was to be told
 */
public record StuckNotification(
        long id,
        String automation,
        String channel,
        String destination,
        State state,
        int attempts,
        @Nullable String lastError,
        Instant created) {

    /** Whether it is tried again. */
    public enum State {
        /** It is. */
        RETRYING,
        /** Its attempts are used up. */
        GIVEN_UP
    }
}
