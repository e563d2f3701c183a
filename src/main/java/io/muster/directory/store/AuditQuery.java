package io.muster.directory.store;

import io.muster.support.PublicId;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the audit log are wanted; null asks for no such limit. Every limit is served by an index.
 *
 * @param directory lines of this directory
 * @param actor lines of the actor of exactly this name
 * @param action lines of exactly this action
 * @param subjectKind lines about things of this kind, with {@code subjectId}
 * @param subjectId lines about the thing of this numeric id
 * @param since first moment, epoch milliseconds
 * @param until first moment that no longer counts, epoch milliseconds
 */
public record AuditQuery(
        @Nullable Integer directory,
        @Nullable String actor,
        @Nullable String action,
        @Nullable PublicId subjectKind,
        @Nullable Long subjectId,
        @Nullable Long since,
        @Nullable Long until) {

    /** Every line. */
    public static final AuditQuery ALL = new AuditQuery(null, null, null, null, null, null, null);

    /** The lines about one thing. */
    public static AuditQuery about(PublicId kind, long id) {
        return new AuditQuery(null, null, null, kind, id, null, null);
    }
}
