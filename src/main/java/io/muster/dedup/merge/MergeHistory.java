package io.muster.dedup.merge;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Prunes merges with their before-images. Contacts that an undo has parted stay apart. */
public final class MergeHistory {

    private static final String OLD = """
        SELECT id FROM contact_merge
        WHERE merged_at < :before AND (undone_at IS NULL OR undone_at < :before)
        ORDER BY id
        LIMIT 1000
        """;

    private static final List<String> FORGET = List.of(
            "DELETE i FROM contact_merge m JOIN contact_merge_image i ON i.directory_id = m.directory_id"
                    + " AND i.merge_id = m.id WHERE m.id = :merge",
            "DELETE FROM contact_merge WHERE id = :merge");

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** The merges in a database. */
    public MergeHistory(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * Forgets merges of before a time, in epoch milliseconds; they can be neither shown nor undone from then on.
     *
     * @return how many, at most 1,000 at once
     */
    public int prune(long before) {
        List<Long> old = jdbc.sql(OLD).param("before", before).query(Long.class).list();
        for (long merge : old) {
            transactions.executeWithoutResult(status ->
                    FORGET.forEach(sql -> jdbc.sql(sql).param("merge", merge).update()));
        }

        return old.size();
    }
}
