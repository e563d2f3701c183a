package io.muster.load;

import io.muster.directory.Profile;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Rows for one table, collected and then written with one call. Values come in the order of the table's columns.
 * What cannot be stored must have been refused before: bulk statements do not fail on bad values.
 */
interface BulkRows {

    /** What happens to a row whose key is there already. */
    enum OnDuplicate {
        /** The row that is there stays, the new one is not counted as written. */
        LEAVE,
        /** The new row takes its place. */
        REPLACE
    }

    BulkRows number(long value);

    BulkRows text(@Nullable String value);

    /** Raw bytes; null for none. */
    BulkRows bytes(byte @Nullable [] value);

    BulkRows key(long high, long low);

    /** The fields and the embedded data of a contact. */
    BulkRows values(Profile profile);

    /** Ends a row. */
    void end();

    int size();

    /**
     * Writes the rows in the connection's transaction and forgets them.
     *
     * @return how many rows were written; with {@link OnDuplicate#REPLACE} of no meaning
     */
    int write(Connection connection, OnDuplicate onDuplicate) throws SQLException;
}
