package io.muster.automation.notify;

import org.jspecify.annotations.Nullable;

/**
 * A notification of the outbox that is to be delivered now.
 *
 * @param id its number in the outbox; the same in every attempt
 * @param destination a mailbox, or the webhook as the job file has it
 * @param secretRef reference to the secret of the signature
 * @param message JSON of a {@link Message}
 * @param attempts attempts before this one
 */
record Letter(
        long id,
        String automation,
        Channel channel,
        String destination,
        @Nullable String secretRef,
        String message,
        int attempts) {

    /** How it travels. */
    enum Channel {
        /** By the configured mail server. */
        EMAIL,
        /** By HTTP POST. */
        WEBHOOK
    }
}
