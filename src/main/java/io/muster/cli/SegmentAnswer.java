package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.segment.Segment;
import io.muster.segment.Segment.HeldReason;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.Publication;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A segment as commands answer it.
 *
 * @param directory the id of its directory
 * @param condition its condition in the canonical form
 * @param revision how often the condition was changed, from 1
 * @param version the version that readers see; null until it was first rebuilt
 * @param members members in that version; null until it was first rebuilt
 * @param published since when readers see it
 * @param previousVersion what a rollback puts back
 * @param heldVersion a version that is complete but not published
 * @param heldReason why it is not: guard, uses or rollback
 * @param guardShare greatest change in size that is published, as a share; null: any
 * @param guardFrom members from which on the guard looks
 */
record SegmentAnswer(
        String id,
        String name,
        String directory,
        JsonNode condition,
        int revision,
        @Nullable Long version,
        @Nullable Long members,
        @Nullable Instant published,
        @Nullable Long previousVersion,
        @Nullable Long heldVersion,
        @Nullable String heldReason,
        @Nullable Double guardShare,
        long guardFrom,
        Instant created,
        Instant modified) {

    static SegmentAnswer of(Directory directory, Segment segment, MembershipHistory history) {
        Publication now = segment.published() == null
                ? null
                : history.publications(segment, 1).stream().findFirst().orElse(null);
        HeldReason reason = segment.heldReason();
        return new SegmentAnswer(
                segment.id(),
                segment.name(),
                directory.id(),
                Json.mapper().readTree(segment.definition()),
                segment.revision(),
                segment.published(),
                now == null ? null : now.members(),
                now == null ? null : Instant.ofEpochMilli(now.at()),
                segment.previous(),
                segment.held(),
                reason == null ? null : reason.name().toLowerCase(Locale.ROOT),
                segment.guard().share(),
                segment.guard().from(),
                Instant.ofEpochMilli(segment.createdAt()),
                Instant.ofEpochMilli(segment.modifiedAt()));
    }

    /** The members for a table: empty until it was rebuilt. */
    static String table(List<SegmentAnswer> segments) {
        TextTable table = new TextTable("ID", "NAME", "MEMBERS", "VERSION", "PUBLISHED", "HELD");
        segments.forEach(segment -> table.row(
                segment.id(),
                segment.name(),
                segment.members(),
                segment.version(),
                segment.published(),
                segment.heldVersion() == null
                        ? null
                        : "version " + segment.heldVersion() + " (" + segment.heldReason() + ")"));
        return table.toString();
    }
}
