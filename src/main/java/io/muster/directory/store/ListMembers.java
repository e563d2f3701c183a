package io.muster.directory.store;

import io.muster.directory.Contact;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.MailingList;
import io.muster.directory.StoredContact;
import io.muster.support.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The contacts that are on a list, in the order of their numbers, with what the membership itself holds. */
public final class ListMembers {

    private static final String MEMBERS = "SELECT " + ContactColumns.of("c")
            + ", m.unsubscribed AS left_list, m.unsubscribed_at AS left_at, m.embedded AS own, m.joined_at AS joined"
            + " FROM list_member m JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number"
            + " WHERE m.directory_id = :directory AND m.list_id = :list ";

    private static final String ONE = MEMBERS + "AND m.number = :number";
    private static final String AFTER = MEMBERS + "AND m.number > :after ORDER BY m.number LIMIT :most";

    private static final String OPTED_OUT = MEMBERS
            + "AND m.number > :after AND m.unsubscribed = 1 AND (:since IS NULL OR COALESCE(m.unsubscribed_at, :since) >= :since)"
            + " ORDER BY m.number LIMIT :most";

    private static final String ON_LIST = """
        SELECT number FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number BETWEEN :first AND :last
        """;

    private static final String AMONG = """
        SELECT number FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number IN (:numbers)
        """;

    private static final String NEXT = """
        SELECT number FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number > :after
        ORDER BY number LIMIT :most
        """;

    private static final int AT_ONCE = 1_000;

    private final JdbcClient jdbc;
    private final Ids ids;

    /**
     * A contact on a list.
     *
     * @param optedOut whether it opted out of the list
     * @param optedOutAt when, in epoch milliseconds; null when it did not, or nobody knows
     * @param embedded the membership's own embedded data
     * @param joinedAt epoch milliseconds
     */
    public record Member(
            Contact contact,
            boolean optedOut,
            @Nullable Long optedOutAt,
            SortedMap<String, String> embedded,
            long joinedAt) {}

    /** Reads from that database. */
    public ListMembers(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** The member of that number. */
    public Optional<Member> find(MailingList list, long number) {
        return of(ONE, list)
                .param("number", number)
                .query((row, index) -> member(list.directory(), row))
                .optional();
    }

    /** Some members with greater numbers. */
    public List<Member> after(MailingList list, long after, int most) {
        return of(AFTER, list)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> member(list.directory(), row))
                .list();
    }

    /**
     * Some members with greater numbers who opted out of the list.
     *
     * @param since only those who did at that moment or later, or nobody knows when; null for all
     */
    public List<Member> optedOut(MailingList list, @Nullable Long since, long after, int most) {
        return of(OPTED_OUT, list)
                .param("since", since)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> member(list.directory(), row))
                .list();
    }

    /** The numbers of the members from one number to another, both included. */
    public Set<Long> numbers(MailingList list, long first, long last) {
        return new HashSet<>(of(ON_LIST, list)
                .param("first", first)
                .param("last", last)
                .query(Long.class)
                .list());
    }

    /** Those of some contacts, by their numbers, that are members. */
    public Set<Long> among(MailingList list, Collection<Long> numbers) {
        List<Long> all = List.copyOf(numbers);
        Set<Long> among = new HashSet<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            among.addAll(of(AMONG, list)
                    .param("numbers", all.subList(from, Math.min(all.size(), from + AT_ONCE)))
                    .query(Long.class)
                    .list());
        }

        return among;
    }

    /** Some numbers of members, greater ones, in order. */
    public List<Long> next(MailingList list, long after, int most) {
        return of(NEXT, list)
                .param("after", after)
                .param("most", most)
                .query(Long.class)
                .list();
    }

    private JdbcClient.StatementSpec of(String sql, MailingList list) {
        return jdbc.sql(sql).param("directory", list.directory()).param("list", list.number());
    }

    private Member member(int directory, ResultSet row) throws SQLException {
        StoredContact stored = ContactColumns.contact(row);
        boolean optedOut = row.getBoolean("left_list");
        return new Member(
                Contacts.contact(directory, stored, ids),
                optedOut,
                optedOut ? row.getObject("left_at", Long.class) : null,
                EmbeddedJson.read(row.getString("own")),
                row.getLong("joined"));
    }
}
