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
}
