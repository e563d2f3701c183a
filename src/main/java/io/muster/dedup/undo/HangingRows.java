package io.muster.dedup.undo;

import io.muster.directory.Membership;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.EventRows.Recorded;
import io.muster.load.ReplacedEvent;
import io.muster.load.ResponseRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The memberships, events and responses of some contacts. Callers that write have locked the contacts' rows. */
final class HangingRows {

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = :directory";

    private static final String SHARE_LIST =
            "SELECT id FROM mailing_list WHERE id = :list AND directory_id = :directory LOCK IN SHARE MODE";

    // The member table is keyed by list: naming the lists keeps this to one look per list.
    private static final String MEMBERSHIPS = """
        SELECT number, list_id, unsubscribed, embedded, joined_at, unsubscribed_at
        FROM list_member
        WHERE directory_id = :directory AND list_id IN (:lists) AND number IN (:numbers)
        """;

    private static final String WRITE_MEMBERSHIP = """
        INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at, unsubscribed_at)
        VALUES (:directory, :list, :number, :unsubscribed, :embedded, :joinedAt, :optedOutAt)
        ON DUPLICATE KEY UPDATE unsubscribed = :unsubscribed, embedded = :embedded, joined_at = :joinedAt,
          unsubscribed_at = :optedOutAt
        """;

    private static final String DELETE_MEMBERSHIPS = """
        DELETE FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number IN (:numbers)
        """;

    private final JdbcClient jdbc;
    private final EventRows events;
    private final ResponseRows responses;

    /** What hangs on one contact: its memberships by list, its events, and the numbers of its responses. */
    record Of(Map<Integer, Membership> lists, Set<Recorded> events, Set<Long> responses) {

        static final Of NOTHING = new Of(Map.of(), Set.of(), Set.of());

        @Nullable
        Membership in(int list) {
            return lists.get(list);
        }
    }

    HangingRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.events = new EventRows(jdbc);
        this.responses = new ResponseRows(jdbc);
    }

    /** What hangs on the contacts; those on which nothing does are left out. */
    Map<Long, Of> read(int directory, Collection<Long> numbers) {
        Map<Long, Of> hanging = new HashMap<>();
        List<Integer> lists = jdbc.sql(LISTS)
                .param("directory", directory)
                .query(Integer.class)
                .list();
        for (List<Long> part : RunUndo.parts(numbers)) {
            if (!lists.isEmpty()) {
                jdbc.sql(MEMBERSHIPS)
                        .param("directory", directory)
                        .param("lists", lists)
                        .param("numbers", part)
                        .query(row -> {
                            of(hanging, row.getLong(1))
                                    .lists()
                                    .put(
                                            row.getInt(2),
                                            new Membership(
                                                    row.getInt(3) != 0,
                                                    row.getString(4),
                                                    row.getLong(5),
                                                    row.getObject(6, Long.class)));
                        });
            }

            events.recorded(directory, part)
                    .forEach(event -> of(hanging, event.number()).events().add(event));
            responses
                    .of(directory, part)
                    .forEach((number, some) -> of(hanging, number).responses().addAll(some));
        }

        return hanging;
    }

    private static Of of(Map<Long, Of> hanging, long number) {
        return hanging.computeIfAbsent(number, absent -> new Of(new TreeMap<>(), new HashSet<>(), new HashSet<>()));
    }

    /** Keeps a list from being deleted until the transaction ends; whether it is there. */
    boolean shareList(int directory, int list) {
        return jdbc.sql(SHARE_LIST)
                .param("list", list)
                .param("directory", directory)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    void writeMembership(int directory, int list, long number, Membership membership) {
        jdbc.sql(WRITE_MEMBERSHIP)
                .param("directory", directory)
                .param("list", list)
                .param("number", number)
                .param("unsubscribed", membership.unsubscribed() ? 1 : 0)
                .param("embedded", membership.embedded())
                .param("joinedAt", membership.joinedAt())
                .param("optedOutAt", membership.optedOutAt())
                .update();
    }

    void deleteMemberships(int directory, int list, Collection<Long> numbers) {
        for (List<Long> part : RunUndo.parts(numbers)) {
            jdbc.sql(DELETE_MEMBERSHIPS)
                    .param("directory", directory)
                    .param("list", list)
                    .param("numbers", part)
                    .update();
        }
    }

    /** Removes events of one contact. */
    void remove(int directory, long number, Collection<Recorded> gone) {
        Map<EventKind, List<byte[]>> keys = new TreeMap<>();
        gone.forEach(event -> keys.computeIfAbsent(event.kind(), absent -> new ArrayList<>())
                .add(event.key().bytes()));
        keys.forEach((kind, some) -> events.remove(kind, directory, number, some));
    }

    /** Whether a response of a project is recorded. */
    boolean isRecorded(long project, String response) {
        return responses.isKnown(project, response);
    }

    /** Puts events back as they were before they were replaced. */
    void putBack(int directory, Collection<ReplacedEvent> replaced) {
        replaced.forEach(event -> events.putBack(event.kind(), directory, event.before()));
    }
}
