package io.muster.intake;

import io.muster.database.LockConflicts;
import io.muster.dedup.EventBatch;
import io.muster.dedup.EventBatch.Item;
import io.muster.dedup.LockRetry;
import io.muster.dedup.TouchpointEdits.Addition;
import io.muster.directory.TouchpointParts;
import io.muster.load.NewResponse;
import io.muster.support.Retry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records accepted events, many in one transaction: touchpoints and responses through the one writer of them and the change
 * stream, counts, and how far a file of the spool was replayed. A database that does not answer within some seconds counts as lost.
 */
final class EventRecorder {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private static final String POSITION = "SELECT position FROM event_spool WHERE spool = ? FOR UPDATE";

    private static final String MOVE = """
        INSERT INTO event_spool (spool, position, moved_at) VALUES (?, ?, ?)
        ON DUPLICATE KEY UPDATE position = ?, moved_at = ?
        """;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final EventBatch batch;
    private final EventCounts counts;
    private final TransactionTemplate transactions;
    private final Retry retry = Retry.times(
            ATTEMPTS,
            FIRST_PAUSE,
            LONGEST_PAUSE,
            failure -> failure instanceof LockRetry.Stale || LockConflicts.isConflict(failure));

    /**
     * A place in a file of the spool.
     *
     * @param spool the file
     * @param from where the events begin
     * @param to where they end
     */
    record Place(String spool, long from, long to) {}

    EventRecorder(DataSource dataSource, InstantSource clock) {
        this.dataSource = dataSource;
        this.clock = clock;
        jdbc = JdbcClient.create(dataSource);
        batch = new EventBatch(jdbc, clock);
        counts = new EventCounts(jdbc);
        transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** Records them; what came of each. */
    List<EventOutcome> record(List<AcceptedEvent> events) {
        return record(events, null);
    }

    /** Records those of a place in the spool, unless they have been recorded from there before: then nothing is done. */
    List<EventOutcome> replay(List<AcceptedEvent> events, Place place) {
        return record(events, place);
    }

    @SuppressWarnings("NullAway") // The work answers something.
    private List<EventOutcome> record(List<AcceptedEvent> events, @Nullable Place place) {
        return retry.call(() -> transactions.execute(status -> {
            limitSilence();
            if (place != null && position(place.spool()) > place.from()) {
                return List.of();
            }

            List<EventOutcome> outcomes = write(events);
            counts.add(events, outcomes);
            if (place != null) {
                move(place);
            }

            return outcomes;
        }));
    }

    /** Whether the database answers. */
    void probe() {
        transactions.executeWithoutResult(status -> {
            limitSilence();
            jdbc.sql("SELECT 1").query(Integer.class).single();
        });
    }

    /** How far a file of the spool was replayed. */
    long replayedTo(String spool) {
        return Objects.requireNonNull(transactions.execute(status -> {
            limitSilence();
            return position(spool);
        }));
    }

    /** The pool sets a connection's own patience again when it comes back. */
    private void limitSilence() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(PATIENCE.toMillis()));
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot limit how long the database may be silent", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private long position(String spool) {
        return jdbc.sql(POSITION).param(spool).query(Long.class).optional().orElse(0L);
    }

    private void move(Place place) {
        long now = clock.millis();
        jdbc.sql(MOVE).params(place.spool(), place.to(), now, place.to(), now).update();
    }

    private List<EventOutcome> write(List<AcceptedEvent> events) {
        EventOutcome[] outcomes = new EventOutcome[events.size()];
        Map<Integer, List<Integer>> byDirectory = new TreeMap<>();
        List<NewResponse> withoutContact = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            AcceptedEvent event = events.get(i);
            EventOutcome known = event.outcome();
            if (known != null) {
                outcomes[i] = known;
                response(event).ifPresent(withoutContact::add);
            } else {
                byDirectory
                        .computeIfAbsent(event.directory(), absent -> new ArrayList<>())
                        .add(i);
            }
        }

        byDirectory.forEach((directory, places) -> {
            List<EventBatch.Outcome> recorded = batch.record(
                    directory,
                    places.stream().map(events::get).map(EventRecorder::item).toList());
            for (int i = 0; i < places.size(); i++) {
                outcomes[places.get(i)] = outcome(recorded.get(i));
            }
        });
        batch.recordWithoutContact(withoutContact);
        return Arrays.asList(outcomes);
    }

    private static Item item(AcceptedEvent event) {
        return new Item(
                event.contact(),
                event.reference(),
                response(event)
                        .<EventBatch.What>map(EventBatch.Response::new)
                        .orElseGet(() -> new EventBatch.Touchpoint(touchpoint(event))));
    }

    private static Addition touchpoint(AcceptedEvent event) {
        return new Addition(
                new TouchpointParts(
                        event.channel(),
                        event.kind(),
                        event.survey(),
                        event.intercept(),
                        event.project(),
                        event.display(),
                        null),
                event.at(),
                event.source(),
                event.key());
    }

    /** Empty for a touchpoint, and for what is of no intercept in force. */
    private static Optional<NewResponse> response(AcceptedEvent event) {
        AcceptedEvent.Response response = event.response();
        AcceptedEvent.Count count = event.count();
        return response == null || count == null
                ? Optional.empty()
                : Optional.of(new NewResponse(
                        count.project(),
                        event.key(),
                        count.intercept(),
                        event.survey(),
                        event.at(),
                        response.verified(),
                        response.answers(),
                        response.attach()));
    }

    private static EventOutcome outcome(EventBatch.Outcome outcome) {
        return switch (outcome) {
            case RECORDED -> EventOutcome.RECORDED;
            case REPEATED -> EventOutcome.REPEATED;
            case UNKNOWN -> EventOutcome.UNKNOWN;
        };
    }
}
