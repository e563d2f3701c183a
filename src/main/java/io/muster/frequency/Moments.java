package io.muster.frequency;

import io.muster.directory.changes.DirectoryGate;
import io.muster.segment.publish.OneMoment;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** One moment of a directory, read in several lanes. */
final class Moments {

    private final DataSource dataSource;
    private final DirectoryGate gate;
    private final Snapshots transactions;
    private final InstantSource clock;

    Moments(DataSource dataSource, JdbcClient jdbc, Snapshots transactions, InstantSource clock) {
        this.dataSource = dataSource;
        this.gate = new DirectoryGate(jdbc);
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Opens the moment for lanes while no writer is half done. To be closed. */
    OneMoment open(int directory) {
        return transactions.inTransaction(status -> {
            gate.lockExclusive(directory);
            return moment(BlockLanes.LANES);
        });
    }

    /** Opens the moment for one reader; one connection alone sees one moment, so no writer is waited for. To be closed. */
    OneMoment openAlone() {
        return moment(1);
    }

    private OneMoment moment(int connections) {
        try {
            return OneMoment.open(dataSource, connections, clock);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot open connections that see one moment", e);
        }
    }

    /** Reads on one of the moment's connections. */
    static <T> T read(OneMoment moment, Function<JdbcClient, T> work) {
        try {
            // Never closed: the connection belongs to the moment.
            return moment.read(
                    connection -> work.apply(JdbcClient.create(new SingleConnectionDataSource(connection, true))));
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot read a moment of the directory", e);
        }
    }
}
