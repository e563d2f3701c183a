package io.muster.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** A snapshot that is open while rows are loaded, and is never the reason that a load fails. */
class DelayedPurgeDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** Connections that hold a moment of this database. */
    private static List<Long> held() {
        return database.jdbc()
                .sql("SELECT t.trx_mysql_thread_id FROM information_schema.innodb_trx t"
                        + " JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id"
                        + " WHERE p.db = DATABASE() AND t.trx_isolation_level = 'REPEATABLE READ'")
                .query(Long.class)
                .list();
    }

    @Test
    void aMomentIsHeldUntilTheEndAndRenewedAfterManyRows() {
        try (DelayedPurge purge = new DelayedPurge(database.dataSource())) {
            purge.hold(0);
            await().until(() -> held().size() == 1);
            purge.hold(10_000);
            assertThat(held()).hasSize(1);
            purge.hold(5_000_000);
            await().until(() -> held().size() == 1);
        }
        await().until(() -> held().isEmpty());
    }

    @Test
    void aConnectionThatWasEndedAndADatabaseThatIsAwayAreNoReasonToFail() throws SQLException {
        try (DelayedPurge purge = new DelayedPurge(database.dataSource())) {
            purge.hold(0);
            await().until(() -> held().size() == 1);
            database.jdbc().sql("KILL CONNECTION " + held().getFirst()).update();
            await().until(() -> held().isEmpty());
            purge.hold(1);
            purge.hold(5_000_000);
            await().until(() -> held().size() == 1);
        }

        await().until(() -> held().isEmpty());
        try (DelayedPurge purge = new DelayedPurge(new SimpleDriverDataSource(
                DriverManager.getDriver("jdbc:mysql://127.0.0.1:1/x"), "jdbc:mysql://127.0.0.1:1/x"))) {
            purge.hold(0);
            assertThat(held()).isEmpty();
        }
    }
}
