package io.muster.dedup.merge;

import io.muster.dedup.merge.MergeImage.Member;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.changes.ChangeKind;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.ResponseRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What hangs on contacts whose rows the running transaction has locked: lists, events, responses, aliases, content keys. */
final class Attachments {

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = :directory";

    // The member table is keyed by list: naming the lists keeps this to one look per list and contact.
    private static final String MEMBERSHIPS = """
        SELECT number, list_id, unsubscribed, embedded, joined_at, unsubscribed_at
        FROM list_member
        WHERE directory_id = :directory AND list_id IN (:lists) AND number IN (:numbers)
        ORDER BY number, list_id
        """;

    private static final String DELETE_MEMBERSHIP = """
        DELETE FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private static final String WRITE_MEMBERSHIP = """
        INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at, unsubscribed_at)
        VALUES (:directory, :list, :number, :unsubscribed, :embedded, :joinedAt, :optedOutAt)
        ON DUPLICATE KEY UPDATE unsubscribed = :unsubscribed, embedded = :embedded, joined_at = :joinedAt,
          unsubscribed_at = :optedOutAt
        """;

    private static final String DELETE_ALIASES = """
        DELETE FROM contact_alias
        WHERE directory_id = :directory AND number = :number
        """;

    private static final String DELETE_ALIAS = DELETE_ALIASES + " AND ref_key = :key";

    private static final String INSERT_ALIAS = """
        INSERT IGNORE INTO contact_alias (directory_id, number, ref_key, ext_ref, merge_id, created_at)
        VALUES (:directory, :number, :key, :reference, :merge, :now)
        """;

    private static final String DELETE_CONTENT = """
        DELETE FROM content_claim
        WHERE directory_id = :directory AND number = :number AND key_hash = :key
        """;

    private static final String INSERT_CONTENT = """
        INSERT IGNORE INTO content_claim (directory_id, number, key_hash)
        VALUES (:directory, :number, :key)
        """;

    private static final String MOVE_RESERVATIONS = """
        UPDATE frequency_reservation
        SET number = :to
        WHERE directory_id = :directory AND number = :from
        """;

    private static final String GIVE_RESERVATIONS_BACK = MOVE_RESERVATIONS + " AND made_for = :to";

    // Those of the absorbed contacts stay where they are, for the undo.
    private static final String TAKE_RESETS = """
        INSERT INTO frequency_reset (directory_id, number, merge_id, reset_at, reservation_id)
        SELECT directory_id, :to, :merge, MAX(reset_at), MAX(reservation_id)
        FROM frequency_reset
        WHERE directory_id = :directory AND number IN (:from)
        GROUP BY directory_id
        """;

    private static final String DROP_RESETS = """
        DELETE FROM frequency_reset
        WHERE directory_id = :directory AND number = :number AND merge_id = :merge
        """;

    private final JdbcClient jdbc;
    private final EventRows events;
    private final ResponseRows responses;

    /** What hangs on one contact. */
    record Of(List<byte[]> transactions, List<byte[]> touchpoints, List<Long> responses, List<Member> memberships) {

        /** What changes of the contact that they are given to or taken from; its lists are for the caller to compare. */
        Set<ChangeKind> kindsOfEvents() {
            EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
            if (!transactions.isEmpty()) {
                kinds.add(ChangeKind.TRANSACTIONS);
            }

            if (!touchpoints.isEmpty()) {
                kinds.add(ChangeKind.TOUCHPOINTS);
            }

            if (!responses.isEmpty()) {
                kinds.add(ChangeKind.RESPONSES);
            }

            return kinds;
        }
    }

    Attachments(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.events = new EventRows(jdbc);
        this.responses = new ResponseRows(jdbc);
    }

    /** What hangs on the contacts; the survivor's own events and responses stay in place and are not read. */
    Map<Long, Of> read(int directory, Collection<Long> numbers, long survivor) {
        List<Long> absorbed =
                numbers.stream().filter(number -> number != survivor).toList();
        Map<Long, List<byte[]>> transactions = events.keys(EventKind.TRANSACTION, directory, absorbed);
        Map<Long, List<byte[]>> touchpoints = events.keys(EventKind.TOUCHPOINT, directory, absorbed);
        Map<Long, List<Long>> answered = responses.of(directory, absorbed);
        Map<Long, List<Member>> memberships = memberships(directory, numbers);
        Map<Long, Of> attachments = new HashMap<>();
        numbers.forEach(number -> attachments.put(
                number,
                new Of(
                        transactions.getOrDefault(number, List.of()),
                        touchpoints.getOrDefault(number, List.of()),
                        answered.getOrDefault(number, List.of()),
                        memberships.getOrDefault(number, List.of()))));
        return attachments;
    }

    Map<Long, List<Member>> memberships(int directory, Collection<Long> numbers) {
        Map<Long, List<Member>> memberships = new HashMap<>();
        Set<Integer> lists = lists(directory);
        if (lists.isEmpty()) {
            return memberships;
        }

        jdbc.sql(MEMBERSHIPS)
                .param("directory", directory)
                .param("lists", lists)
                .param("numbers", numbers)
                .query((row, index) -> memberships
                        .computeIfAbsent(row.getLong("number"), absent -> new ArrayList<>())
                        .add(new Member(
                                row.getInt("list_id"),
                                row.getInt("unsubscribed") != 0,
                                EmbeddedJson.read(row.getString("embedded")),
                                row.getLong("joined_at"),
                                row.getObject("unsubscribed_at", Long.class))))
                .list();
        return memberships;
    }

    /** The lists there are. */
    Set<Integer> lists(int directory) {
        return new HashSet<>(jdbc.sql(LISTS)
                .param("directory", directory)
                .query(Integer.class)
                .list());
    }

    void deleteMembership(int directory, long number, int list) {
        jdbc.sql(DELETE_MEMBERSHIP)
                .param("directory", directory)
                .param("list", list)
                .param("number", number)
                .update();
    }

    void writeMembership(int directory, long number, Member member) {
        jdbc.sql(WRITE_MEMBERSHIP)
                .param("directory", directory)
                .param("list", member.list())
                .param("number", number)
                .param("unsubscribed", member.unsubscribed() ? 1 : 0)
                .param("embedded", EmbeddedJson.write(member.embedded()))
                .param("joinedAt", member.joinedAt())
                .param("optedOutAt", member.optedOutAt())
                .update();
    }

    /** Those of the transactions or touchpoints that are still where they are moved from. */
    void moveEvents(EventKind kind, int directory, List<byte[]> keys, long from, long to) {
        events.move(kind, directory, keys, from, to);
    }

    /** Those of the responses that are still where they are moved from. */
    void moveResponses(int directory, List<Long> some, long from, long to) {
        responses.move(directory, some, from, to);
    }

    /** Reservations count like touchpoints and go with them; whether there were any. */
    boolean moveReservations(int directory, long from, long to) {
        return moveReservations(MOVE_RESERVATIONS, directory, from, to);
    }

    /** Those that a merge brought; whether there were any. */
    boolean giveReservationsBack(int directory, long from, long to) {
        return moveReservations(GIVE_RESERVATIONS_BACK, directory, from, to);
    }

    private boolean moveReservations(String sql, int directory, long from, long to) {
        return jdbc.sql(sql)
                        .param("directory", directory)
                        .param("from", from)
                        .param("to", to)
                        .update()
                > 0;
    }

    /** What does not count of the absorbed contacts does not count of the survivor; whether there was anything. */
    boolean takeResets(int directory, Collection<Long> absorbed, long survivor, long merge) {
        return jdbc.sql(TAKE_RESETS)
                        .param("directory", directory)
                        .param("from", absorbed)
                        .param("to", survivor)
                        .param("merge", merge)
                        .update()
                > 0;
    }

    /** What a merge brought counts again; whether there was anything. */
    boolean dropResets(int directory, long survivor, long merge) {
        return jdbc.sql(DROP_RESETS)
                        .param("directory", directory)
                        .param("number", survivor)
                        .param("merge", merge)
                        .update()
                > 0;
    }

    void deleteAliases(int directory, long number) {
        jdbc.sql(DELETE_ALIASES)
                .param("directory", directory)
                .param("number", number)
                .update();
    }

    void deleteAlias(int directory, long number, String reference) {
        jdbc.sql(DELETE_ALIAS)
                .param("directory", directory)
                .param("number", number)
                .param("key", referenceKey(reference))
                .update();
    }

    void insertAlias(int directory, long number, String reference, long merge, long now) {
        jdbc.sql(INSERT_ALIAS)
                .param("directory", directory)
                .param("number", number)
                .param("key", referenceKey(reference))
                .param("reference", reference)
                .param("merge", merge)
                .param("now", now)
                .update();
    }

    void moveContentKey(int directory, byte[] key, long from, long to) {
        jdbc.sql(DELETE_CONTENT)
                .param("directory", directory)
                .param("number", from)
                .param("key", key)
                .update();
        jdbc.sql(INSERT_CONTENT)
                .param("directory", directory)
                .param("number", to)
                .param("key", key)
                .update();
    }

    private static byte[] referenceKey(String reference) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(reference.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
