package io.muster.frequency;

import io.muster.directory.Actor;
import io.muster.directory.TouchpointKind;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Resets what is counted of a contact for its frequency, and restores it. No touchpoint is touched: a row says what is not
 * counted, and {@link ContactedRows} reads it with the touchpoints, so that every answer sees it.
 */
public final class FrequencyResets {

    private static final String LOCK =
            "SELECT number FROM contact WHERE directory_id = :directory AND number = :number FOR UPDATE";

    private static final String KNOWN = """
        SELECT COALESCE(MAX(recorded_at), 0)
        FROM touchpoint
        WHERE directory_id = :directory AND number = :number
        """;

    private static final String RESERVED = "SELECT COALESCE(MAX(id), 0) FROM frequency_reservation";

    private static final String RESET = """
        INSERT INTO frequency_reset (directory_id, number, merge_id, reset_at, reservation_id)
        VALUES (:directory, :number, 0, :at, :reservation)
        ON DUPLICATE KEY UPDATE reset_at = :at, reservation_id = :reservation
        """;

    private static final String COUNTED = """
        SELECT COUNT(*)
        FROM touchpoint
        WHERE directory_id = :directory AND number = :number AND kind IN (:kinds) AND recorded_at <= :at
        """;

    private static final String LAST = """
        SELECT MAX(reset_at)
        FROM frequency_reset
        WHERE directory_id = :directory AND number = :number
        """;

    private static final String RESTORE =
            "DELETE FROM frequency_reset WHERE directory_id = :directory AND number = :number";

    private static final List<String> KINDS = Arrays.stream(TouchpointKind.values())
            .filter(TouchpointKind::isCounted)
            .map(TouchpointKind::word)
            .toList();

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Snapshots transactions;
    private final ChangeStream changes;
    private final Audit audit;

    /**
     * A reset that is in force.
     *
     * @param at what came to be known up to this moment is not counted, epoch milliseconds
     * @param touchpoints how many touchpoints that are
     */
    public record Reset(long at, long touchpoints) {}

    /** Those in a database. */
    public FrequencyResets(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        transactions = new Snapshots(manager);
        changes = new ChangeStream(jdbc);
        audit = new Audit(jdbc, clock);
    }

    /** Counts nothing of a contact that is known now; empty when the contact is gone. */
    public Optional<Reset> reset(int directory, long number, Actor actor) {
        return transactions.inTransaction(status -> {
            if (!lock(directory, number)) {
                return Optional.<Reset>empty();
            }

            long now = clock.millis();
            // Another process may have a clock that is ahead.
            long at =
                    Math.max(now, of(KNOWN, directory, number).query(Long.class).single());
            of(RESET, directory, number)
                    .param("at", at)
                    .param("reservation", jdbc.sql(RESERVED).query(Long.class).single())
                    .update();
            changed("testing.reset", directory, number, actor, now);
            return Optional.of(new Reset(at, touchpoints(directory, number, at)));
        });
    }

    /** Counts everything of a contact again; what had been reset, empty when nothing had, or when the contact is gone. */
    public Optional<Reset> restore(int directory, long number, Actor actor) {
        return transactions.inTransaction(status -> {
            Optional<Reset> reset = lock(directory, number) ? of(directory, number) : Optional.empty();
            if (reset.isPresent()) {
                of(RESTORE, directory, number).update();
                changed("testing.restore", directory, number, actor, clock.millis());
            }

            return reset;
        });
    }

    private Optional<Reset> of(int directory, long number) {
        return of(LAST, directory, number)
                .query((row, index) -> Optional.ofNullable(row.getObject(1, Long.class)))
                .single()
                .map(at -> new Reset(at, touchpoints(directory, number, at)));
    }

    /** A merge, which moves what counts, waits until the transaction ends. */
    private boolean lock(int directory, long number) {
        return of(LOCK, directory, number).query(Long.class).optional().isPresent();
    }

    private long touchpoints(int directory, long number, long at) {
        return of(COUNTED, directory, number)
                .param("kinds", KINDS)
                .param("at", at)
                .query(Long.class)
                .single();
    }

    private JdbcClient.StatementSpec of(String sql, int directory, long number) {
        return jdbc.sql(sql).param("directory", directory).param("number", number);
    }

    private void changed(String action, int directory, long number, Actor actor, long now) {
        changes.note(directory, number, Set.of(ChangeKind.TOUCHPOINTS), now);
        audit.enter(actor, action, AuditSubject.contact(directory, number), Map.of());
    }
}
