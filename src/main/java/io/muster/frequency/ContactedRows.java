package io.muster.frequency;

import io.muster.directory.TouchpointKind;
import io.muster.frequency.Contacted.Reservation;
import io.muster.frequency.Contacted.Reset;
import io.muster.frequency.Contacted.Touch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads how contacts were contacted, a span at a time, within the caller's transaction. */
final class ContactedRows {

    private static final List<String> COUNTED = Arrays.stream(TouchpointKind.values())
            .filter(TouchpointKind::isCounted)
            .map(TouchpointKind::word)
            .toList();

    // One that happened long ago and came to be known lately may have consumed a reservation.
    private static final String TOUCHPOINTS = """
        SELECT number, channel, kind, happened_at, survey, recorded_at
        FROM touchpoint
        WHERE directory_id = :directory AND %s AND kind IN (:kinds) AND (happened_at > :since OR recorded_at > :known)
        """;

    /** Reservations by their numbers, then what the resets of contacts say. */
    private static final String RESERVATIONS = """
        SELECT 0 AS part, r.number AS number, r.id AS id, r.channel, r.reserved_at, r.ends_at, r.survey, r.known_until
        FROM frequency_reservation r
        JOIN contact c ON c.directory_id = r.directory_id AND c.number = r.number
        WHERE r.directory_id = :directory AND %s
        UNION ALL
        SELECT 1, number, MAX(reservation_id), NULL, MAX(reset_at), NULL, NULL, NULL
        FROM frequency_reset
        WHERE directory_id = :directory AND %s
        GROUP BY number
        ORDER BY part, number, id
        """;

    private static final String EXISTING = "SELECT number FROM contact WHERE directory_id = :directory AND %s";

    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private final JdbcClient jdbc;

    ContactedRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * How the contacts of a span were contacted, by number; those who never were are left out.
     *
     * @param since touchpoints that happened and came to be known before are left out, unless they may have consumed a
     *     reservation; epoch milliseconds
     */
    Map<Long, Contacted> read(int directory, NumberSpan span, long since) {
        Map<Long, Contacted> contacted = new HashMap<>();
        long[] known = {since};
        Map<Long, Reset> resets = new HashMap<>();
        span.bind(jdbc.sql(span.sql(RESERVATIONS, "r.number", "number")).param("directory", directory))
                .query(row -> {
                    if (row.getInt("part") == 1) {
                        resets.put(row.getLong("number"), new Reset(row.getLong("reserved_at"), row.getLong("id")));
                        return;
                    }

                    known[0] = Math.min(known[0], row.getLong("known_until"));
                    contacted
                            .computeIfAbsent(row.getLong("number"), absent -> new Contacted())
                            .add(new Reservation(
                                    row.getLong("id"),
                                    row.getString("channel"),
                                    row.getLong("reserved_at"),
                                    row.getLong("ends_at"),
                                    row.getString("survey"),
                                    row.getLong("known_until")));
                });
        span.bind(jdbc.sql(span.sql(TOUCHPOINTS, "number"))
                        .withFetchSize(ROW_BY_ROW)
                        .param("directory", directory)
                        .param("kinds", COUNTED)
                        .param("since", since)
                        .param("known", known[0]))
                .query(row -> {
                    contacted
                            .computeIfAbsent(row.getLong(1), absent -> new Contacted())
                            .add(new Touch(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getLong(6)));
                });
        resets.forEach((number, reset) -> {
            Contacted touched = contacted.get(number);
            if (touched != null) {
                touched.reset(reset);
            }
        });
        return contacted;
    }

    /** The contacts of a span that exist. */
    List<Long> existing(int directory, NumberSpan span) {
        return span.bind(jdbc.sql(span.sql(EXISTING, "number")).param("directory", directory))
                .query(Long.class)
                .list();
    }
}
