package io.muster.dedup;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds the contact that merges made of one that is gone, so that its id goes on leading somewhere. */
public final class Survivors {

    private static final String SURVIVOR = """
            SELECT m.survivor
            FROM contact_merge_image i
            JOIN contact_merge m ON m.id = i.merge_id
            WHERE i.directory_id = :directory AND i.number = :number AND i.part = 'ABSORBED' AND m.state = 'MERGED'
            ORDER BY m.id DESC
            LIMIT 1
            """;

    private static final String IS_THERE =
            "SELECT number FROM contact WHERE directory_id = :directory AND number = :number";

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public Survivors(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The contact itself where it is there, else the one it was merged into; empty when that is gone as well. */
    public OptionalLong of(int directory, long number) {
        Set<Long> passed = new HashSet<>();
        long at = number;
        while (passed.add(at)) {
            if (read(IS_THERE, directory, at).isPresent()) {
                return OptionalLong.of(at);
            }

            OptionalLong next = read(SURVIVOR, directory, at);
            if (next.isEmpty()) {
                return OptionalLong.empty();
            }

            at = next.getAsLong();
        }

        return OptionalLong.empty();
    }

    private OptionalLong read(String sql, int directory, long number) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("number", number)
                .query(Long.class)
                .optional()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }
}
