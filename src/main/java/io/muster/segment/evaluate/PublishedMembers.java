package io.muster.segment.evaluate;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** The published members of segments that are not evaluated themselves. */
public interface PublishedMembers {

    /** Nobody is a member of any segment. */
    PublishedMembers NONE = (connection, segment, block) -> null;

    /**
     * The members of a segment within a block, as positions 0 to 65,535; null when there are none, also of segments that
     * are unknown or were never published. The bitmap is only read.
     *
     * @param connection the one the pass reads from, free for statements at that moment
     * @param segment the segment's numeric id
     * @param block contact numbers shifted right by 16
     */
    @Nullable
    RoaringBitmap block(Connection connection, long segment, int block) throws SQLException;
}
