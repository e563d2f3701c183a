package io.muster.dedup;

import io.muster.directory.EmbeddedJson;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The membership of one contact, whose row the running transaction has locked, in one list. */
final class Memberships {

    private static final String SHARE_LIST =
            "SELECT id FROM mailing_list WHERE id = :list AND directory_id = :directory LOCK IN SHARE MODE";

    private static final String READ = """
        SELECT unsubscribed, embedded
        FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private static final String INSERT = """
        INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at)
        VALUES (:directory, :list, :number, :unsubscribed, :embedded, :now)
        """;

    private static final String UPDATE = """
        UPDATE list_member
        SET unsubscribed = :unsubscribed, embedded = :embedded
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private static final String DELETE = """
        DELETE FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number = :number
        """;

    private final JdbcClient jdbc;

    /** A change of a membership. */
    interface Change {

        /** Makes the change and tells whether there was any. */
        boolean happened();
    }

    private record Member(boolean unsubscribed, Map<String, String> embedded) {}

    Memberships(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean join(
            int directory,
            int list,
            long number,
            Map<String, String> embedded,
            IncomingContact.OptOut optOut,
            long now) {
        if (jdbc.sql(SHARE_LIST)
                .param("list", list)
                .param("directory", directory)
                .query(Integer.class)
                .optional()
                .isEmpty()) {
            throw Refusal.failed("Cannot add to the list: it is not in the directory. See 'muster lists list'.");
        }

        Member before = statement(READ, directory, list, number)
                .query((row, index) ->
                        new Member(row.getInt("unsubscribed") != 0, EmbeddedJson.read(row.getString("embedded"))))
                .optional()
                .orElse(null);
        Member after = joined(before, embedded, optOut);
        if (after.equals(before)) {
            return false;
        }

        JdbcClient.StatementSpec write = statement(before == null ? INSERT : UPDATE, directory, list, number)
                .param("unsubscribed", after.unsubscribed() ? 1 : 0)
                .param("embedded", EmbeddedJson.write(after.embedded()));
        (before == null ? write.param("now", now) : write).update();
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

    private static Member joined(@Nullable Member before, Map<String, String> embedded, IncomingContact.OptOut optOut) {
        Map<String, String> values = ByName.sorted(before == null ? Map.of() : before.embedded());
        embedded.forEach((name, value) -> {
            if (!Fold.trim(value).isEmpty()) {
                values.put(name, value);
            }
        });
        boolean unsubscribed = switch (optOut) {
            case UNSAID -> before != null && before.unsubscribed();
            case OUT -> true;
            case LIFTED -> false;
        };
        return new Member(unsubscribed, values);
    }

    private JdbcClient.StatementSpec statement(String sql, int directory, int list, long number) {
        return jdbc.sql(sql).param("directory", directory).param("list", list).param("number", number);
    }
}
