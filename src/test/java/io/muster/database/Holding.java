package io.muster.database;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds a process at one statement of its own, so that a test can kill or stop it exactly there: the database sleeps in a
 * trigger until this is closed. What the statement's transaction did before is done but not committed.
 */
public final class Holding implements AutoCloseable {

    private static final String SLEEPING = """
        SELECT id FROM information_schema.processlist WHERE db = ? AND LOWER(state) = 'user sleep'
        """;

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final String name;

    private Holding(TestDatabase database, String name) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.name = name;
    }

    /**
     * Holds whoever does something to a row, for long.
     *
     * @param event such as {@code INSERT ON run_block}
     * @param condition on OLD and NEW
     */
    public static Holding before(TestDatabase database, String event, String condition) {
        return before(database, event, condition, 300);
    }

    /** Holds whoever does something to a row for so many seconds. */
    public static Holding before(TestDatabase database, String event, String condition, int seconds) {
        String name = "hold_" + event.replaceAll("\\W+", "_").toLowerCase(Locale.ROOT);
        Holding holding = new Holding(database, name);
        holding.jdbc
                .sql("CREATE TRIGGER " + name + " BEFORE " + event + " FOR EACH ROW BEGIN IF " + condition
                        + " THEN DO SLEEP(" + seconds + "); END IF; END")
                .update();
        return holding;
    }

    /** Waits until somebody is held. */
    public void await() {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(90))
                .until(() -> !sleeping().isEmpty());
    }

    /** Whether somebody is held. */
    public boolean isHolding() {
        return !sleeping().isEmpty();
    }

    /** Ends the statements that are held; their transactions stay open, with all their locks. */
    public void letGo() {
        List<Long> sessions = sleeping();
        sessions.forEach(session -> jdbc.sql("KILL QUERY " + session).update());
        Awaitility.await().until(() -> !isHolding());
    }

    private List<Long> sleeping() {
        return jdbc.sql(SLEEPING).param(database.schemaName()).query(Long.class).list();
    }

    @Override
    public void close() {
        end();
    }

    /** Ends the sessions that are held, which rolls their transactions back, and holds nobody any more. */
    public void end() {
        sleeping().forEach(session -> jdbc.sql("KILL " + session).update());
        jdbc.sql("DROP TRIGGER IF EXISTS " + name).update();
    }
}
