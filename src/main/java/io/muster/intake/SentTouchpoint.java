package io.muster.intake;

import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import org.jspecify.annotations.Nullable;

/**
 * A touchpoint that another system reports; its form is right, whatever it names. Either contact or reference is there.
 *
 * @param key its key in the system that reports it
 * @param directory the directory, by id or name
 * @param contact the public id of the contact; null to go by the reference
 * @param reference the reference, trimmed; null to go by the contact
 * @param survey the survey it was about; null for none
 * @param at when it happened, epoch milliseconds; null when the sender does not say
 */
public record SentTouchpoint(
        String key,
        String directory,
        @Nullable String contact,
        @Nullable String reference,
        TouchpointChannel channel,
        TouchpointKind kind,
        @Nullable String survey,
        @Nullable Long at) {}
