package io.muster.segment;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The gate of a directory's segments. Whoever changes definitions, starts a rebuild or switches versions passes it alone,
 * from here to the end of the transaction; it is always the first thing such a transaction locks.
 */
public final class SegmentGate {

    private static final String PASS = "SELECT directory_id FROM segment_gate WHERE directory_id = ? FOR UPDATE";

    private static final String MAKE = "INSERT IGNORE INTO segment_gate (directory_id) VALUES (?)";

    private final JdbcClient jdbc;

    /** The gates in a database. */
    public SegmentGate(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Passes the gate; returns when everybody before has left it. */
    public void pass(int directory) {
        if (isOpen(directory)) {
            return;
        }

        jdbc.sql(MAKE).param(directory).update();
        isOpen(directory);
    }

    private boolean isOpen(int directory) {
        return jdbc.sql(PASS).param(directory).query(Integer.class).optional().isPresent();
    }
}
