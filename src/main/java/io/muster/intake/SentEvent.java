package io.muster.intake;

import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import org.jspecify.annotations.Nullable;

/**
 * What a page or an app sends; its form is right, whatever it names.
 *
 * @param id the id of the display
 * @param project the public id of the project
 * @param intercept the public id of the intercept
 * @param reference the reference of the visitor, trimmed; null for none
 * @param signature the signature of the reference; null for none
 * @param at when it happened, epoch milliseconds; null when the sender does not say
 * @param kind what happened
 */
public record SentEvent(
        String id,
        String project,
        String intercept,
        @Nullable String reference,
        @Nullable String signature,
        @Nullable Long at,
        TouchpointChannel channel,
        TouchpointKind kind) {}
