package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

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

    private record Answer(String to) {}

    private static int read(PageReads reads, AtomicInteger times) {
        return reads.once(new Answer("everything"), times::incrementAndGet);
    }

    @Test
    void aPageReadsTheSameThingOnceAndTheNextPageReadsItAnew() throws Exception {
        PageReads reads = PageReads.of(new PageJdbcClient(JdbcClient.create(connections), connections.reads()));
        AtomicInteger times = new AtomicInteger();
        for (int page = 1; page < 3; page++) {
            int expected = page;
            connections.<Exception>show(() -> {
                assertThat(read(reads, times)).isEqualTo(expected);
                assertThat(read(reads, times)).isEqualTo(expected);
            });
        }

        connections.<Exception>act(() -> {
            assertThat(read(reads, times)).isEqualTo(3);
            assertThat(read(reads, times)).isEqualTo(4);
        });
        assertThat(read(reads, times)).isEqualTo(5);
    }

    @Test
    void nothingIsLeftOfAPageThatFailed() {
        PageReads reads = connections.reads();
        AtomicInteger times = new AtomicInteger();
        assertThatThrownBy(() -> connections.<IOException>show(() -> {
                    assertThat(read(reads, times)).isEqualTo(1);
                    throw new IOException("broken pipe");
                }))
                .hasMessage("broken pipe");
        assertThat(read(reads, times)).isEqualTo(2);
    }

    @Test
    void whatAPageHasReadIsForItsThreadAlone() throws Exception {
        PageReads reads = connections.reads();
        AtomicInteger times = new AtomicInteger();
        connections.<Exception>show(() -> {
            assertThat(read(reads, times)).isEqualTo(1);
            assertThat(CompletableFuture.supplyAsync(() -> read(reads, times)).get())
                    .isEqualTo(2);
            assertThat(read(reads, times)).isEqualTo(1);
        });
    }

    @Test
    void aTransactionReadsAnewAlsoOnAPage() throws Exception {
        PageReads reads = connections.reads();
        AtomicInteger times = new AtomicInteger();
        TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(connections));
        connections.<Exception>show(() -> {
            assertThat(read(reads, times)).isEqualTo(1);
            transactions.executeWithoutResult(
                    status -> assertThat(read(reads, times)).isEqualTo(2));
            assertThat(read(reads, times)).isEqualTo(1);
        });
    }
}
