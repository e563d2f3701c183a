package io.muster.directory.changes;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The gate of a directory: one row that every transaction which writes contacts, memberships, transactions or touchpoints
 * locks as shared until it ends. A transaction that needs a moment at which no writer is half done locks it exclusively.
 */
public final class DirectoryGate {

    private static final String SHARED =
            "SELECT logs_changes FROM identity_gate WHERE directory_id = :directory LOCK IN SHARE MODE";

    private static final String EXCLUSIVE =
            "SELECT logs_changes FROM identity_gate WHERE directory_id = :directory FOR UPDATE";

    // A row that somebody holds is left out: an answer means that nobody did.
    private static final String EXCLUSIVE_IF_IDLE = EXCLUSIVE + " SKIP LOCKED";

    private static final String RECORD =
            "UPDATE identity_gate SET logs_changes = :recording WHERE directory_id = :directory";

    private static final String SETTLED = "SELECT settled_id FROM identity_gate WHERE directory_id = :directory";

    private static final String SETTLE = """
        UPDATE identity_gate SET settled_id = :id, settled_rows = settled_rows + :rows WHERE directory_id = :directory
        """;

    private static final String MAKE = "INSERT IGNORE INTO identity_gate (directory_id) VALUES (:directory)";

    private final JdbcClient jdbc;

    /** Whether writers record their changes in the stream. */
    public enum Recording {
        ON,
        OFF
    }

    /** @param jdbc the store of record */
    public DirectoryGate(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Within a transaction that writes, at any time before its commit and as often as wanted: locks until it ends. */
    public Recording lockShared(int directory) {
        return lock(SHARED, directory);
    }

    /** Within a transaction: waits until every writer has ended, and keeps further ones out until it ends itself. */
    public Recording lockExclusive(int directory) {
        return lock(EXCLUSIVE, directory);
    }

    private Recording lock(String sql, int directory) {
        while (true) {
            Integer recording = jdbc.sql(sql)
                    .param("directory", directory)
                    .query(Integer.class)
                    .optional()
                    .orElse(null);
            if (recording != null) {
                return recording == 0 ? Recording.OFF : Recording.ON;
            }

            jdbc.sql(MAKE).param("directory", directory).update();
        }
    }

    /** Locks exclusively if nobody is in the gate at this moment; answers whether it did. */
    boolean lockExclusiveIfIdle(int directory) {
        return jdbc.sql(EXCLUSIVE_IF_IDLE)
                .param("directory", directory)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** Locks exclusively, waiting for a second at most: then it fails as a lock that was waited for too long. */
    void lockExclusiveSoon(int directory) {
        long patience = jdbc.sql("SELECT @@SESSION.innodb_lock_wait_timeout")
                .query(Long.class)
                .single();
        jdbc.sql("SET SESSION innodb_lock_wait_timeout = 1").update();
        try {
            lockExclusive(directory);
        } finally {
            jdbc.sql("SET SESSION innodb_lock_wait_timeout = " + patience).update();
        }
    }

    /** Within a transaction that holds the gate exclusively. */
    void record(int directory, Recording recording) {
        jdbc.sql(RECORD)
                .param("directory", directory)
                .param("recording", recording == Recording.ON ? 1 : 0)
                .update();
    }

    /** The id up to which the directory's stream is complete. */
    long settled(int directory) {
        return jdbc.sql(SETTLED)
                .param("directory", directory)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /**
     * Within a transaction that holds the gate exclusively: nothing can appear up to this id.
     *
     * @param rows how many rows there are up to it above the id that was settled before
     */
    void settle(int directory, long id, long rows) {
        jdbc.sql(SETTLE)
                .param("directory", directory)
                .param("id", id)
                .param("rows", rows)
                .update();
    }
}
