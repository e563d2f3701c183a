package io.muster.dedup;

import io.muster.dedup.rules.Change;
import io.muster.directory.Membership;
import io.muster.directory.OptOut;
import io.muster.support.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The membership of one contact, whose row the running transaction has locked, in one list. */
final class Memberships {

    private static final String SHARE_LIST =
            "SELECT id FROM mailing_list WHERE id = :list AND directory_id = :directory LOCK IN SHARE MODE";

    private static final String READ = """
        SELECT unsubscribed, embedded, joined_at, unsubscribed_at
        FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private static final String INSERT = """
        INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at, unsubscribed_at)
        VALUES (:directory, :list, :number, :unsubscribed, :embedded, :joinedAt, :optedOutAt)
        """;

    private static final String UPDATE = """
        UPDATE list_member
        SET unsubscribed = :unsubscribed, embedded = :embedded, joined_at = :joinedAt, unsubscribed_at = :optedOutAt
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private static final String DELETE = """
        DELETE FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private final JdbcClient jdbc;

    /** A change of a membership. */
    interface Edit {

        /** Makes the change and tells whether there was any. */
        boolean happened();
    }

    Memberships(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean join(int directory, int list, long number, Map<String, String> embedded, OptOut optOut, long now) {
        if (jdbc.sql(SHARE_LIST)
                .param("list", list)
                .param("directory", directory)
                .query(Integer.class)
                .optional()
                .isEmpty()) {
            throw Refusal.notFound("UNKNOWN_LIST", "Cannot add to the list: it is not in the directory.");
        }

        Membership before = statement(READ, directory, list, number)
                .query((row, index) -> new Membership(
                        row.getInt(1) != 0, row.getString(2), row.getLong(3), row.getObject(4, Long.class)))
                .optional()
                .orElse(null);
        Membership after = Change.joined(before, withoutBlanks(embedded), optOut, now);
        if (after.equals(before)) {
            return false;
        }

        statement(before == null ? INSERT : UPDATE, directory, list, number)
                .param("unsubscribed", after.unsubscribed() ? 1 : 0)
                .param("embedded", after.embedded())
                .param("joinedAt", after.joinedAt())
                .param("optedOutAt", after.optedOutAt())
                .update();
        return true;
    }

    boolean isMember(int directory, int list, long number) {
        return statement(READ, directory, list, number)
                .query((row, index) -> 1)
                .optional()
                .isPresent();
    }

    boolean leave(int directory, int list, long number) {
        return statement(DELETE, directory, list, number).update() > 0;
    }

    private static Map<String, String> withoutBlanks(Map<String, String> embedded) {
        Map<String, String> given = new HashMap<>(embedded);
        given.values().removeIf(ContactChange::isBlank);
        return given;
    }

    private JdbcClient.StatementSpec statement(String sql, int directory, int list, long number) {
        return jdbc.sql(sql).param("directory", directory).param("list", list).param("number", number);
    }
}
