package io.muster.directory.store;

import io.muster.directory.Actor;
import java.util.Map;

/**
 * One line of the audit log.
 *
 * @param id grows from line to line
 * @param actedAt epoch milliseconds
 * @param action a thing and a verb, for example {@code segment.rename}
 * @param detail named values that describe what happened; never a contact's values
 */
public record AuditEntry(
        long id, long actedAt, Actor actor, String action, AuditSubject subject, Map<String, Object> detail) {}
