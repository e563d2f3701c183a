package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.StateFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pages have connections of their own, and wait for none of their statements for long. */
class PageConnectionsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path home;

    private Database opened;
    private PageConnections connections;

    @BeforeEach
    void open() {
        Map<String, String> settings = Map.of(
                "muster.database.url",
                database.url(),
                "muster.database.connections",
                "2",
                "muster.database.wait",
                "0s",
                "muster.console.connections",
                "1",
                "muster.console.statement-seconds",
                "1");
        opened = Database.open(DatabaseSettings.read(new StateFolder(home), settings::get));
        connections = opened.dataSource();
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private void query(String sql) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aPageIsMadeWhileAllOtherConnectionsAreInUse() throws SQLException {
        try (Connection one = connections.getConnection();
                Connection two = connections.getConnection()) {
            assertThat(one.isValid(5) && two.isValid(5)).isTrue();
            connections.<SQLException>show(() -> query("SELECT 1"));
            connections.<SQLException>act(() -> query("SELECT 1"));
        }
    }

    @Test
    void otherWorkGoesOnWhileAllConnectionsOfPagesAreInUse() throws SQLException {
        connections.<SQLException>act(() -> {
            try (Connection page = connections.getConnection()) {
                assertThat(page.isValid(5)).isTrue();
                assertThatThrownBy(connections::getConnection)
                        .satisfies(e -> assertThat(Outage.isOutage(e)).isTrue());
            }
        });
        query("SELECT 1");
    }

    @Test
    void aStatementOfAPageThatTakesTooLongEnds() throws SQLException {
        assertThatThrownBy(() -> connections.<SQLException>show(() -> query("SELECT SLEEP(60)")))
                .isInstanceOf(SQLTimeoutException.class)
                .satisfies(e -> assertThat(Outage.isTimeout(new IllegalStateException(e)))
                        .isTrue())
                .satisfies(e -> assertThat(Outage.isOutage(e)).isFalse());
        connections.<SQLException>show(() -> query("SELECT 1"));
    }

    @Test
    void whatWasAskedForOnAPageTakesAsLongAsItTakes() throws SQLException {
        connections.<SQLException>act(() -> query("SELECT SLEEP(1.5)"));
    }
}
