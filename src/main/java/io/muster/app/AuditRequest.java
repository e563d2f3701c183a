package io.muster.app;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks for lines of the audit log; null asks for no such limit.
 *
 * @param directory id or name
 * @param actor exactly this name
 * @param action exactly this action, for example {@code contact.update}
 * @param subject the public id of what something was done to
 * @param since first moment
 * @param until first moment that no longer counts
 */
public record AuditRequest(
        @Nullable String directory,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String subject,
        @Nullable Instant since,
        @Nullable Instant until) {}
