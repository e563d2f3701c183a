package io.muster.support.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.JdbcStatement;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @Test
    void connectionsReadCommittedInUtcByCodePoint() {
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT_WS('|', @@session.time_zone, @@collation_connection, 'a' = 'A')")
                        .query(String.class)
                        .single())
                .isEqualTo("+00:00|utf8mb4_bin|0");
    }

    @Test
    void bulkConnectionsLoadFromAStream() throws SQLException {
        try (Connection connection = database.bulkDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE loaded (n INT, t VARCHAR(20))");
            JdbcStatement loading = statement.unwrap(JdbcStatement.class);
            loading.setLocalInfileInputStream(
                    new ByteArrayInputStream("1\tŁódź\n2\t東京\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded CHARACTER SET utf8mb4"))
                    .isEqualTo(2);
            loading.setLocalInfileInputStream(null);
        }
    }
}
