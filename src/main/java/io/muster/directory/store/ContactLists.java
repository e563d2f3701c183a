package io.muster.directory.store;

import io.muster.directory.EmbeddedJson;
import io.muster.directory.MailingList;
import io.muster.support.Ids;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The lists that single contacts are on. */
public final class ContactLists {

    private static final String OF_CONTACT = """
        SELECT l.id, l.directory_id, l.name, l.created_at, m.unsubscribed, m.unsubscribed_at, m.embedded, m.joined_at
        FROM mailing_list l
        JOIN list_member m ON m.directory_id = l.directory_id AND m.list_id = l.id
        WHERE l.directory_id = ? AND m.number = ?
        ORDER BY l.id
        """;

    private final JdbcClient jdbc;
    private final Ids ids;

    /**
     * A list that a contact is on.
     *
     * @param unsubscribed whether it opted out of the list
     * @param optedOutAt when, in epoch milliseconds; null when it did not, or nobody knows
     * @param embedded the membership's own embedded data
     * @param joinedAt epoch milliseconds
     */
    public record Entry(
            MailingList list,
            boolean unsubscribed,
            @Nullable Long optedOutAt,
            SortedMap<String, String> embedded,
            long joinedAt) {}

    /** Reads from that database. */
    public ContactLists(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** The lists of a contact in the order of their making. */
    public List<Entry> of(int directory, long number) {
        return jdbc.sql(OF_CONTACT)
                .params(directory, number)
                .query((row, index) -> new Entry(
                        MailingLists.list(row, ids),
                        row.getBoolean("unsubscribed"),
                        row.getBoolean("unsubscribed") ? row.getObject("unsubscribed_at", Long.class) : null,
                        EmbeddedJson.read(row.getString("embedded")),
                        row.getLong("joined_at")))
                .list();
    }
}
