package io.muster.dedup;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes away everything that hangs on a contact whose keys have been passed on and whose row is gone. */
final class ContactRemoval {

    // Written claims of transactions have no index by contact, so they go by their keys, some at a time.
    private static final int TRANSACTIONS_AT_A_TIME = 1_000;

    private static final String TRANSACTION_KEYS = """
            SELECT transaction_key
            FROM contact_transaction
            WHERE directory_id = :directory AND number = :number
            LIMIT :limit
            """;

    private static final String DELETE_TRANSACTION_CLAIMS = """
            DELETE FROM transaction_claim
            WHERE directory_id = :directory AND transaction_key IN (:keys)
            """;

    private static final String DELETE_TRANSACTIONS = """
            DELETE FROM contact_transaction
            WHERE directory_id = :directory AND number = :number AND transaction_key IN (:keys)
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

        List<byte[]> keys = transactionKeys(directory, number);
        while (!keys.isEmpty()) {
            jdbc.sql(DELETE_TRANSACTION_CLAIMS)
                    .param("directory", directory)
                    .param("keys", keys)
                    .update();
            jdbc.sql(DELETE_TRANSACTIONS)
                    .param("directory", directory)
                    .param("number", number)
                    .param("keys", keys)
                    .update();
            keys = transactionKeys(directory, number);
        }
    }

    private List<byte[]> transactionKeys(int directory, long number) {
        return jdbc.sql(TRANSACTION_KEYS)
                .param("directory", directory)
                .param("number", number)
                .param("limit", TRANSACTIONS_AT_A_TIME)
                .query((row, index) -> row.getBytes(1))
                .list();
    }
}
