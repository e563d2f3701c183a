package io.muster.app;

import io.muster.directory.store.AuditEntry;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of the audit log as it is shown everywhere, in this order of keys.
 *
 * @param id the cursor that goes on after this line
 * @param actorKind command-line, user, token, automation or system
 * @param directory the id of the directory concerned; null for what concerns none, or all
 * @param subject the id of what something was done to; null for what has none
 * @param detail named values that describe what happened
 */
public record AuditLine(
        String id,
        Instant at,
        String actor,
        String actorKind,
        String action,
        @Nullable String directory,
        @Nullable String subject,
        Map<String, Object> detail) {

    static AuditLine of(AuditEntry entry, @Nullable String directory, Ids ids) {
        return new AuditLine(
                Long.toString(entry.id()),
                Instant.ofEpochMilli(entry.actedAt()),
                entry.actor().name(),
                entry.actor().kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                entry.action(),
                directory,
                entry.subject().publicId(ids),
                entry.detail());
    }
}
