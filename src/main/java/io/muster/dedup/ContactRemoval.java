package io.muster.dedup;

import io.muster.load.EventKind;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes away everything that hangs on a contact whose keys have been passed on and whose row is gone. */
final class ContactRemoval {

    // Claims of transactions and touchpoints have no index by contact, so they go by their keys, some at a time.
    private static final int EVENTS_AT_A_TIME = 1_000;

    private static final String EVENT_KEYS = """
            SELECT %2$s
            FROM %1$s
            WHERE directory_id = :directory AND number = :number
            LIMIT :limit
            """;

    private static final String DELETE_EVENT_CLAIMS = """
            DELETE FROM %1$s
            WHERE directory_id = :directory AND %2$s IN (:keys)
            """;

    private static final String DELETE_EVENTS = """
            DELETE FROM %1$s
            WHERE directory_id = :directory AND number = :number AND %2$s IN (:keys)
            """;

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = :directory ORDER BY id";

    private static final String DELETE_MEMBERSHIPS = """
            DELETE FROM list_member
            WHERE directory_id = :directory AND list_id IN (:lists) AND number = :number
            """;

    private static final List<String> DELETE_ALL = List.of(
            "DELETE FROM contact_alias WHERE directory_id = :directory AND number = :number",
            "DELETE FROM content_claim WHERE directory_id = :directory AND number = :number",
            "DELETE FROM keep_apart WHERE directory_id = :directory AND number = :number");

    private final JdbcClient jdbc;

    ContactRemoval(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void removeTraces(int directory, long number) {
        // The member table is keyed by list: naming the lists keeps this to one look per list.
        List<Integer> lists = jdbc.sql(LISTS)
                .param("directory", directory)
                .query(Integer.class)
                .list();
        if (!lists.isEmpty()) {
            jdbc.sql(DELETE_MEMBERSHIPS)
                    .param("directory", directory)
                    .param("lists", lists)
                    .param("number", number)
                    .update();
        }

        for (String sql : DELETE_ALL) {
            jdbc.sql(sql).param("directory", directory).param("number", number).update();
        }

        for (EventKind kind : EventKind.values()) {
            removeEvents(kind, directory, number);
        }
    }

    private void removeEvents(EventKind kind, int directory, long number) {
        List<byte[]> keys = eventKeys(kind, directory, number);
        while (!keys.isEmpty()) {
            jdbc.sql(DELETE_EVENT_CLAIMS.formatted(kind.claimTable(), kind.keyColumn()))
                    .param("directory", directory)
                    .param("keys", keys)
                    .update();
            jdbc.sql(DELETE_EVENTS.formatted(kind.table(), kind.keyColumn()))
                    .param("directory", directory)
                    .param("number", number)
                    .param("keys", keys)
                    .update();
            keys = eventKeys(kind, directory, number);
        }
    }

    private List<byte[]> eventKeys(EventKind kind, int directory, long number) {
        return jdbc.sql(EVENT_KEYS.formatted(kind.table(), kind.keyColumn()))
                .param("directory", directory)
                .param("number", number)
                .param("limit", EVENTS_AT_A_TIME)
                .query((row, index) -> row.getBytes(1))
                .list();
    }
}
