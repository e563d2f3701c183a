package io.muster.dedup.merge;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds the merges that stand and have changed contacts since somebody last wrote them. */
public final class LaterMerges {

    private static final String ABSORBED = """
        SELECT i.number, m.id, m.survivor
        FROM contact_merge_image i
        JOIN contact_merge m ON m.id = i.merge_id
        WHERE i.directory_id = :directory AND i.number IN (:numbers) AND i.part = 'ABSORBED' AND m.state = 'MERGED'
        ORDER BY m.id
        """;

    private static final String INTO = """
        SELECT m.survivor, m.id, i.image
        FROM contact_merge m
        JOIN contact_merge_image i
          ON i.directory_id = m.directory_id AND i.merge_id = m.id AND i.number = m.survivor AND i.part = 'SURVIVOR'
        WHERE m.directory_id = :directory AND m.survivor IN (:numbers) AND m.state = 'MERGED'
        ORDER BY m.id
        """;

    private final JdbcClient jdbc;

    /**
     * A merge that a contact took part in.
     *
     * @param merge its numeric id
     * @param survivor the contact that it made
     */
    public record Part(long merge, long survivor) {}

    /** @param jdbc the store of record */
    public LaterMerges(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest merges that took those of the contacts which are gone, by contact. */
    public Map<Long, Part> absorbing(int directory, Collection<Long> gone) {
        Map<Long, Part> parts = new HashMap<>();
        if (!gone.isEmpty()) {
            jdbc.sql(ABSORBED)
                    .param("directory", directory)
                    .param("numbers", gone)
                    .query(row -> {
                        parts.put(row.getLong(1), new Part(row.getLong(2), row.getLong(3)));
                    });
        }

        return parts;
    }

    /**
     * The newest merges into contacts that had reached a version by then, by contact.
     *
     * @param versions the contacts with their versions; a merge that found a lower one was there before
     */
    public Map<Long, Part> into(int directory, Map<Long, Integer> versions) {
        Map<Long, Part> parts = new HashMap<>();
        if (!versions.isEmpty()) {
            jdbc.sql(INTO)
                    .param("directory", directory)
                    .param("numbers", versions.keySet())
                    .query(row -> {
                        long survivor = row.getLong(1);
                        int found = MergeImage.read(row.getBytes(3)).version();
                        if (found >= versions.getOrDefault(survivor, Integer.MAX_VALUE)) {
                            parts.put(survivor, new Part(row.getLong(2), survivor));
                        }
                    });
        }

        return parts;
    }
}
