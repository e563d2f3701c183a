package io.muster.directory.store;

import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import org.jspecify.annotations.Nullable;

/**
 * To what something was done.
 *
 * @param directory the directory it belongs to; null for what concerns no directory, or all of them
 * @param kind of what kind its public id is; null for what has none
 * @param id its numeric id, 0 for what has none
 */
public record AuditSubject(
        @Nullable Integer directory, @Nullable PublicId kind, long id) {

    /** The installation as a whole. */
    public static final AuditSubject INSTALLATION = new AuditSubject(null, null, 0);

    /** A directory. */
    public static AuditSubject of(Directory directory) {
        return new AuditSubject(directory.number(), PublicId.DIRECTORY, directory.number());
    }

    /** A list. */
    public static AuditSubject of(MailingList list) {
        return new AuditSubject(list.directory(), PublicId.LIST, list.number());
    }

    /** A contact by its number in the directory. */
    public static AuditSubject contact(int directory, long number) {
        return new AuditSubject(directory, PublicId.CONTACT, PublicId.contact(directory, number));
    }

    /** A segment. */
    public static AuditSubject segment(int directory, long segment) {
        return new AuditSubject(directory, PublicId.SEGMENT, segment);
    }

    /** A merge. */
    public static AuditSubject merge(int directory, long merge) {
        return new AuditSubject(directory, PublicId.MERGE, merge);
    }

    /** A rule of contact frequency. */
    public static AuditSubject frequencyRule(int directory, long rule) {
        return new AuditSubject(directory, PublicId.FREQUENCY_RULE, rule);
    }

    /** A run, with the directory that it works on where it has one. */
    public static AuditSubject run(@Nullable Integer directory, long run) {
        return new AuditSubject(directory, PublicId.RUN, run);
    }

    /** The public id; null for what has none. */
    public @Nullable String publicId(Ids ids) {
        return kind == null ? null : ids.of(kind, id);
    }
}
