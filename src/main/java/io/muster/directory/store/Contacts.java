package io.muster.directory.store;

import io.muster.database.PageReads;
import io.muster.directory.Contact;
import io.muster.directory.MailingList;
import io.muster.directory.StoredContact;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Contacts as they are read; changes go through imports and edits. Everything is in the order of the contacts'
 * numbers, and nothing needs more memory than one window of them.
 */
public final class Contacts {

    private static final String COLUMNS = "SELECT " + ContactColumns.ALL + " FROM contact ";

    private static final String ONE = COLUMNS + "WHERE directory_id = :directory AND number = :number";

    private static final String SEVERAL =
            COLUMNS + "WHERE directory_id = :directory AND number IN (:numbers) ORDER BY number";

    private static final String BETWEEN =
            COLUMNS + "WHERE directory_id = :directory AND number BETWEEN :first AND :last ORDER BY number";

    private static final String AFTER =
            COLUMNS + "WHERE directory_id = :directory AND number > :after ORDER BY number LIMIT :most";

    private static final String OPTED_OUT = COLUMNS
            + "WHERE directory_id = :directory AND number > :after AND unsubscribed = 1 ORDER BY number LIMIT :most";

    private static final String COUNT = "SELECT COUNT(*) FROM contact WHERE directory_id = ?";

    private static final String ANY = "SELECT 1 FROM contact WHERE directory_id = ? LIMIT 1";

    private static final String NEXT =
            "SELECT MIN(number) FROM contact WHERE directory_id = :directory AND number >= :from";

    private static final String LISTS = """
        SELECT l.id, l.directory_id, l.name, l.created_at
        FROM mailing_list l
        JOIN list_member m ON m.directory_id = l.directory_id AND m.list_id = l.id
        WHERE l.directory_id = ? AND m.number = ?
        ORDER BY l.id
        """;

    private static final String ALIASES =
            "SELECT ext_ref FROM contact_alias WHERE directory_id = ? AND number = ? ORDER BY created_at, ref_key";

    private static final int NUMBERS_PER_STATEMENT = 1_000;
    private static final int WINDOW = 4_096;
    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final PageReads reads;

    private record ByNumber(int directory, long number) {}

    /** Works on the current transaction where there is one. */
    public Contacts(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    /** The contact of that id. */
    public Contact find(String id) {
        return find(id, directory -> true);
    }

    /** The contact of that id in a directory; one of another directory is refused like one that does not exist. */
    public Contact find(int directory, String id) {
        return find(id, of -> of == directory);
    }

    private Contact find(String id, IntPredicate directory) {
        if (ids.isOfAnotherInstallation(id.strip())) {
            throw Refusal.notFound(
                    "OTHER_INSTALLATION",
                    "Cannot find the contact '" + id
                            + "': that is an id of another installation. Search for the contact here.");
        }

        long contact = ids.read(PublicId.CONTACT, id.strip())
                .orElseThrow(() -> Refusal.invalid(
                        "INVALID_ID",
                        "Cannot find the contact '" + id + "': that is no contact id. Use CID_ and 15 characters."));
        return (directory.test(PublicId.directoryOf(contact))
                        ? byNumber(PublicId.directoryOf(contact), PublicId.numberOf(contact))
                        : Optional.<Contact>empty())
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_CONTACT",
                        "Cannot find the contact " + id
                                + ": there is none of that id. It may have been deleted or merged; search for it."));
    }

    /** The contact of that number. */
    public Optional<Contact> byNumber(int directory, long number) {
        return reads.once(
                new ByNumber(directory, number),
                () -> jdbc.sql(ONE)
                        .param("directory", directory)
                        .param("number", number)
                        .query((row, index) -> contact(directory, row))
                        .optional());
    }

    /** The contacts of those numbers, in number order; those that are not there are left out. */
    public List<Contact> byNumbers(int directory, Collection<Long> numbers) {
        List<Long> sorted = numbers.stream().sorted().distinct().toList();
        List<Contact> found = new ArrayList<>(sorted.size());
        for (int from = 0; from < sorted.size(); from += NUMBERS_PER_STATEMENT) {
            found.addAll(jdbc.sql(SEVERAL)
                    .param("directory", directory)
                    .param("numbers", sorted.subList(from, Math.min(sorted.size(), from + NUMBERS_PER_STATEMENT)))
                    .query((row, index) -> contact(directory, row))
                    .list());
        }

        return found;
    }

    /** The contacts from one number to another, both included, handed out one by one. */
    public void between(int directory, long first, long last, Consumer<Contact> receiver) {
        try (Stream<Contact> contacts = jdbc
                .sql(BETWEEN)
                .withFetchSize(ROW_BY_ROW)
                .param("directory", directory)
                .param("first", first)
                .param("last", last)
                .query((row, index) -> contact(directory, row))
                .stream()) {
            contacts.forEach(receiver);
        }
    }

    /** Some contacts with greater numbers. */
    public List<Contact> after(int directory, long after, int most) {
        return some(AFTER, directory, after, most);
    }

    /** Some contacts with greater numbers that opted out of the directory. */
    public List<Contact> optedOut(int directory, long after, int most) {
        return some(OPTED_OUT, directory, after, most);
    }

    private List<Contact> some(String sql, int directory, long after, int most) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> contact(directory, row))
                .list();
    }

    /**
     * All contacts in number order, window by window: the receiver may use the database between two windows only
     * through another connection, but a long walk holds none between them.
     */
    public void forEach(int directory, Consumer<Contact> receiver) {
        OptionalLong next = next(directory, 1);
        while (next.isPresent()) {
            long last = next.getAsLong() + WINDOW - 1;
            between(directory, next.getAsLong(), last, receiver);
            next = next(directory, last + 1);
        }
    }

    /** The lowest number of a contact from there on. */
    public OptionalLong next(int directory, long from) {
        Long number = jdbc.sql(NEXT)
                .param("directory", directory)
                .param("from", from)
                .query((row, index) -> row.getObject(1, Long.class))
                .list()
                .getFirst();
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /** The number of contacts. */
    public long count(int directory) {
        return jdbc.sql(COUNT).param(directory).query(Long.class).single();
    }

    /** Whether a directory has no contact. */
    public boolean isEmpty(int directory) {
        return jdbc.sql(ANY).param(directory).query(Integer.class).optional().isEmpty();
    }

    /** The lists a contact is on, in the order of their making. */
    public List<MailingList> lists(int directory, long number) {
        return jdbc.sql(LISTS)
                .params(directory, number)
                .query((row, index) -> MailingLists.list(row, ids))
                .list();
    }

    /** The references a contact took over by merges, oldest first. */
    public List<String> aliases(int directory, long number) {
        return jdbc.sql(ALIASES).params(directory, number).query(String.class).list();
    }

    /** A contact with its lists and aliases. */
    public ContactView view(Contact contact) {
        return view(contact, lists(contact.directory(), contact.number()));
    }

    /** The same for who has read the lists that the contact is on. */
    public ContactView view(Contact contact, List<MailingList> on) {
        return ContactView.of(contact, on, aliases(contact.directory(), contact.number()));
    }

    private Contact contact(int directory, ResultSet row) throws SQLException {
        return contact(directory, ContactColumns.contact(row), ids);
    }

    static Contact contact(int directory, StoredContact stored, Ids ids) {
        return new Contact(
                directory,
                stored.number(),
                ids.contact(directory, stored.number()),
                stored.version(),
                stored.createdAt(),
                stored.modifiedAt(),
                stored.profile(),
                stored.lineage());
    }
}
