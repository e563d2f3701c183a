package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.jdbc.MySQL8JdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * db-scheduler's SQL for MySQL and MariaDB, with times as epoch milliseconds like all of ours, and for a scheduler that
 * takes what is due of one task only.
 */
final class MillisCustomization extends MySQL8JdbcCustomization {

    private final String task;

    /** @param task the name of the task, which is part of the SQL */
    MillisCustomization(String task) {
        super(true);
        this.task = task;
    }

    @Override
    public String createSelectDueQuery(String table, int limit, String condition, boolean byPriority) {
        return super.createSelectDueQuery(table, limit, condition + " AND task_name = '" + task + "'", byPriority);
    }

    @Override
    public String getName() {
        return "Muster";
    }

    @Override
    public void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value.toEpochMilli());
        }
    }

    @Override
    public @Nullable Instant getInstant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
