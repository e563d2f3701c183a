package io.muster.frequency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Contacts promised to somebody who is about to contact them. */
final class Reservations {

    /** A touchpoint that comes to be known up to this long before a reservation is not taken for one that came after it. */
    static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    private static final Duration KEPT = Duration.ofDays(1);

    private static final String FIND_BLOCK =
            "SELECT block FROM frequency_block WHERE directory_id = :directory AND block = :block FOR UPDATE";

    private static final String MAKE_BLOCK =
            "INSERT IGNORE INTO frequency_block (directory_id, block) VALUES (:directory, :block)";

    private static final String INSERT = """
        INSERT INTO frequency_reservation
          (directory_id, number, made_for, survey, channel, reserved_at, ends_at, known_until)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String ANOTHER = ", (?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String PRUNE = "DELETE FROM frequency_reservation WHERE ends_at < :before LIMIT 10000";

    private static final int COLUMNS = 8;
    private static final int AT_ONCE = 500;

    private final JdbcClient jdbc;

    /**
     * What is promised.
     *
     * @param at the moment of reserving, epoch milliseconds
     * @param end when it ends, epoch milliseconds
     */
    record Terms(String channel, @Nullable String survey, long at, long end) {}

    /** A contact that is reserved, with when the latest of its touchpoints came to be known. */
    record Reserved(long number, long knownUntil) {}

    Reservations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Within a transaction: until it ends nobody else reserves contacts of the block. */
    void lockBlock(int directory, long block) {
        while (jdbc.sql(FIND_BLOCK)
                .param("directory", directory)
                .param("block", block)
                .query(Long.class)
                .optional()
                .isEmpty()) {
            jdbc.sql(MAKE_BLOCK)
                    .param("directory", directory)
                    .param("block", block)
                    .update();
        }
    }

    /** Within a transaction that has locked their block; {@code now} is the time of this process. */
    void add(int directory, List<Reserved> contacts, Terms terms, long now) {
        List<@Nullable Object> values = new ArrayList<>(COLUMNS * AT_ONCE);
        for (Reserved contact : contacts) {
            values.addAll(Arrays.asList(
                    directory,
                    contact.number(),
                    contact.number(),
                    terms.survey(),
                    terms.channel(),
                    terms.at(),
                    terms.end(),
                    Math.max(contact.knownUntil(), now - CLOCKS_APART.toMillis())));
            if (values.size() == COLUMNS * AT_ONCE) {
                insert(values);
            }
        }

        insert(values);
    }

    private void insert(List<@Nullable Object> values) {
        if (!values.isEmpty()) {
            jdbc.sql(INSERT + ANOTHER.repeat(values.size() / COLUMNS - 1))
                    .params(values)
                    .update();
            values.clear();
        }
    }

    /** Removes reservations that ended a day ago. */
    void prune(long now) {
        int ignored = jdbc.sql(PRUNE).param("before", now - KEPT.toMillis()).update();
    }
}
