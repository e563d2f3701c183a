package io.muster.dedup;

import io.muster.load.EventRows;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes away everything that hangs on contacts whose keys have been passed on and whose rows are gone. */
public final class ContactRemoval {

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = :directory ORDER BY id";

    private static final String DELETE_MEMBERSHIPS = """
        DELETE FROM list_member
        WHERE directory_id = :directory AND list_id IN (:lists) AND number IN (:numbers)
        """;

    private static final List<String> DELETE_ALL = List.of(
            "DELETE FROM contact_alias WHERE directory_id = :directory AND number IN (:numbers)",
            "DELETE FROM content_claim WHERE directory_id = :directory AND number IN (:numbers)",
            "DELETE FROM keep_apart WHERE directory_id = :directory AND number IN (:numbers)",
            "DELETE FROM frequency_reservation WHERE directory_id = :directory AND number IN (:numbers)");

    private final JdbcClient jdbc;
    private final EventRows events;

    /** @param jdbc the store of record */
    public ContactRemoval(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.events = new EventRows(jdbc);
    }

    /** Within the transaction that removes the contacts, at most some thousand at a time. */
    public void removeTraces(int directory, Collection<Long> numbers) {
        // The member table is keyed by list: naming the lists keeps this to one look per list.
        List<Integer> lists = jdbc.sql(LISTS)
                .param("directory", directory)
                .query(Integer.class)
                .list();
        if (!lists.isEmpty()) {
            jdbc.sql(DELETE_MEMBERSHIPS)
                    .param("directory", directory)
                    .param("lists", lists)
                    .param("numbers", numbers)
                    .update();
        }

        for (String sql : DELETE_ALL) {
            jdbc.sql(sql)
                    .param("directory", directory)
                    .param("numbers", numbers)
                    .update();
        }

        events.removeAll(directory, numbers);
    }
}
