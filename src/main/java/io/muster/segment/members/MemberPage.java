package io.muster.segment.members;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some members of a segment, in the order of the contacts' making.
 *
 * @param version the version they are of; null when the segment was never rebuilt
 * @param members the members; those deleted since the rebuild are left out
 * @param next what the next page is asked for with; null when this is the last
 */
public record MemberPage(
        @Nullable Long version,
        List<Member> members,
        @Nullable String next) {

    /** Copies the members. */
    public MemberPage {
        members = List.copyOf(members);
    }
}
