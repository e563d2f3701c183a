package io.muster.directory.store;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The gate of a directory. Every transaction that writes contacts, memberships, transactions or touchpoints shares it
 * until it ends; whoever needs a moment at which none of them is half done passes it alone.
 */
public final class DirectoryGate {

    private static final String SHARE =
            "SELECT logs_changes FROM identity_gate WHERE directory_id = :directory LOCK IN SHARE MODE";

    private static final String ALONE =
            "SELECT logs_changes FROM identity_gate WHERE directory_id = :directory FOR UPDATE";

    private static final String MAKE = "INSERT IGNORE INTO identity_gate (directory_id) VALUES (:directory)";

    private final JdbcClient jdbc;

    /** Whether writers have to tell which contacts they changed. */
    public enum ChangeLog {
        WANTED,
        UNWANTED
    }

    /** @param jdbc the store of record */
    public DirectoryGate(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Within a transaction that writes: shares the gate until it ends. It may be asked for at any time before the
     * commit, and more than once.
     */
    public ChangeLog share(int directory) {
        return enter(SHARE, directory);
    }

    /** Within a transaction: waits until every writer has ended, and keeps further ones out until it ends itself. */
    public ChangeLog passAlone(int directory) {
        return enter(ALONE, directory);
    }

    private ChangeLog enter(String sql, int directory) {
        while (true) {
            Integer logs = jdbc.sql(sql)
                    .param("directory", directory)
                    .query(Integer.class)
                    .optional()
                    .orElse(null);
            if (logs != null) {
                return logs == 0 ? ChangeLog.UNWANTED : ChangeLog.WANTED;
            }

            jdbc.sql(MAKE).param("directory", directory).update();
        }
    }
}
