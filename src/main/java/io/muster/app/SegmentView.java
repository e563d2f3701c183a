package io.muster.app;

import io.muster.directory.Directory;
import io.muster.segment.Segment;
import io.muster.segment.Segment.HeldReason;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.Publication;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A segment as it is shown everywhere, in this order of keys.
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
 * @param guardOver a change of so many members or fewer is never held
 */
public record SegmentView(
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
        long guardOver,
        Instant created,
        Instant modified) {

    static SegmentView of(Directory directory, Segment segment, MembershipHistory history) {
        Publication now = segment.published() == null
                ? null
                : history.publications(segment, 1).stream().findFirst().orElse(null);
        HeldReason reason = segment.heldReason();
        return new SegmentView(
                segment.id(),
                segment.name(),
                directory.id(),
                JsonMapper.shared().readTree(segment.definition()),
                segment.revision(),
                segment.published(),
                now == null ? null : now.members(),
                now == null ? null : Instant.ofEpochMilli(now.at()),
                segment.previous(),
                segment.held(),
                reason == null ? null : reason.name().toLowerCase(Locale.ROOT),
                segment.guard().share(),
                segment.guard().over(),
                Instant.ofEpochMilli(segment.createdAt()),
                Instant.ofEpochMilli(segment.modifiedAt()));
    }
}
