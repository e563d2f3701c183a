package io.muster.load;

import io.muster.load.ContactImage.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Deletes the contacts of a block that its rows delete, once their keys have passed on. */
final class ContactRemover {

    private static final int AT_A_TIME = 1_000;

    private final ContactTraces traces;
    private final LoadTask task;

    ContactRemover(Connection connection, LoadTask task) {
        this.traces = new ContactTraces(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
        this.task = task;
    }

    /** Deletes those of the contacts that go, whose rows are locked; the result is what they were. */
    List<ContactImage> remove(Collection<NetWrite> writes) throws SQLException {
        List<Long> numbers = writes.stream()
                .filter(NetWrite::deletes)
                .map(NetWrite::ref)
                .sorted()
                .toList();
        List<ContactImage> images = new ArrayList<>(numbers.size());
        try {
            for (int from = 0; from < numbers.size(); from += AT_A_TIME) {
                List<Long> some = numbers.subList(from, Math.min(numbers.size(), from + AT_A_TIME));
                Map<Long, List<Table>> rows = traces.read(task.directory(), some);
                some.forEach(number -> images.add(new ContactImage(number, rows.getOrDefault(number, List.of()))));
                traces.removeWhole(task.directory(), some);
            }
        } catch (DataAccessException e) {
            // A lost lock is for the loader to judge, who knows the driver's exceptions.
            if (e.getRootCause() instanceof SQLException cause) {
                throw cause;
            }

            throw e;
        }

        return images;
    }
}
