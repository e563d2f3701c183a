package io.muster.dedup.resolve;

import io.muster.support.Refusal;
import java.sql.SQLException;

/** What to say when the directory cannot be read. */
final class Reading {

    private Reading() {}

    static Refusal failed(SQLException e) {
        return Refusal.failed(
                "Cannot read the directory: " + e.getMessage() + ". Check the database, then resume the run.", e);
    }
}
