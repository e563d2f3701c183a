package io.muster.segment.publish;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Reads the bitmaps of versions, through whatever connection the caller has. */
public final class VersionBlocks {

    private static final String ONE = """
            SELECT m.members
            FROM segment_block b
            JOIN segment_members m ON m.directory_id = b.directory_id AND m.segment_id = b.segment_id
              AND m.version = b.members_version AND m.block = b.block
            WHERE b.directory_id = ? AND b.segment_id = ? AND b.version = ? AND b.block = ?
            """;

    private final int directory;
    private final Map<Long, Long> versions;

    /**
     * @param versions per segment the version that is read; other segments have no members
     */
    public VersionBlocks(int directory, Map<Long, Long> versions) {
        this.directory = directory;
        this.versions = new HashMap<>(versions);
    }

    /** The members of a segment in a block as positions within it; null when there are none. */
    public @Nullable RoaringBitmap block(Connection connection, long segment, int block) throws SQLException {
        Long version = versions.get(segment);
        if (version == null) {
            return null;
        }

        try (PreparedStatement statement = connection.prepareStatement(ONE)) {
            statement.setInt(1, directory);
            statement.setLong(2, segment);
            statement.setLong(3, version);
            statement.setInt(4, block);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Bitmaps.unpack(result.getBytes(1)) : null;
            }
        }
    }
}
