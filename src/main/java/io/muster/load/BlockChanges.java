package io.muster.load;

import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What a block has to do with others that write: its changes go into the stream, and the rules must be those of its keys. */
final class BlockChanges {

    private static final String RULES =
            "SELECT rule_id FROM identity_rule WHERE directory_id = ? AND state <> 'RETIRED' ORDER BY rule_id";

    private final Connection connection;
    private final LoadTask task;

    BlockChanges(Connection connection, LoadTask task) {
        this.connection = connection;
        this.task = task;
    }

    /** Behind the directory's gate: whoever changes rules, or wants to see whole transactions only, passes it alone. */
    void note(Collection<NetWrite> writes, Collection<KeyChange> keys, long now) throws SQLException {
        try {
            JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            new ChangeStream(jdbc).note(task.directory(), () -> changes(writes, keys), now);
        } catch (DataAccessException e) {
            // A lost lock is for the loader to judge, who knows the driver's exceptions.
            if (e.getRootCause() instanceof SQLException cause) {
                throw cause;
            }

            throw e;
        }
    }

    private ContactChanges changes(Collection<NetWrite> writes, Collection<KeyChange> keys) {
        ContactChanges changes = new ContactChanges();
        writes.forEach(write -> changes.add(task.number(write.ref()), write.kinds()));
        for (KeyChange key : keys) {
            key.moved().forEach(ref -> changes.add(task.number(ref), Set.of(ChangeKind.KEYS)));
        }

        return changes;
    }

    /** Whether the rules are those that keys were made for; asked behind the gate, and true until the transaction ends. */
    boolean hasSameRules() throws SQLException {
        List<Integer> rules = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(RULES)) {
            statement.setInt(1, task.directory());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rules.add(result.getInt(1));
                }
            }
        }

        return rules.equals(task.rules());
    }
}
