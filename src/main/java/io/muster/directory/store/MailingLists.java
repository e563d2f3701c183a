package io.muster.directory.store;

import io.muster.database.PageReads;
import io.muster.directory.MailingList;
import io.muster.directory.Names;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The mailing lists of the directories. */
public final class MailingLists {

    private static final String COLUMNS = "SELECT id, directory_id, name, created_at FROM mailing_list ";

    private static final String OF_DIRECTORY = COLUMNS + "WHERE directory_id = ? ORDER BY name";

    private static final String OF_DIRECTORIES =
            COLUMNS + "WHERE directory_id IN (:directories) ORDER BY directory_id, name LIMIT :most";

    private static final String PAGE = COLUMNS + "WHERE directory_id = ? AND name > ? ORDER BY name LIMIT ?";
    private static final String IN_ORDER = """
        SELECT id, directory_id, name, created_at, owner, COALESCE(modified_at, created_at) AS modified
        FROM mailing_list
        WHERE directory_id = :directory AND id > :after
          AND (:anybody OR owner <=> :owner)
        ORDER BY id
        LIMIT :most
        """;

    private static final String OWNED = """
        SELECT id, directory_id, name, created_at, owner, COALESCE(modified_at, created_at) AS modified
        FROM mailing_list
        WHERE id = ?
        """;

    private static final String OWN = "UPDATE mailing_list SET owner = ? WHERE id = ?";

    private static final String SIZES = """
        SELECT list_id, COUNT(*)
        FROM list_member
        WHERE directory_id = :directory AND list_id IN (:lists)
        GROUP BY list_id
        """;

    private static final String BY_ID = COLUMNS + "WHERE id = ?";

    private static final String SHARE = BY_ID + " LOCK IN SHARE MODE";

    private static final String BY_NAME = COLUMNS + "WHERE directory_id = ? AND name = ?";

    private static final String BY_RUN = COLUMNS + "WHERE run_id = ?";

    private static final String CREATE =
            "INSERT INTO mailing_list (directory_id, name, run_id, created_at) VALUES (?, ?, ?, ?)";

    private static final String SIZE = """
        SELECT COUNT(*), COALESCE(SUM(unsubscribed), 0)
        FROM list_member
        WHERE directory_id = ? AND list_id = ?
        """;

    // Writers of memberships, and of what names a list, share the row: nobody joins or names a list that is being
    // deleted.
    private static final String LOCK = "SELECT name FROM mailing_list WHERE id = ? FOR UPDATE";

    private static final String RENAME = "UPDATE mailing_list SET name = ?, modified_at = ? WHERE id = ?";

    private static final String DELETE = "DELETE FROM mailing_list WHERE id = ?";

    private static final String FORGET_COUNT = "DELETE FROM kept_count WHERE directory_id = ? AND list_id = ?";

    private static final String COUNT = "SELECT COUNT(*) FROM mailing_list WHERE directory_id = ?";

    private static final String SOME_MEMBERS = """
        SELECT number
        FROM list_member
        WHERE directory_id = ? AND list_id = ? AND number > ?
        ORDER BY number
        LIMIT ?
        """;

    private static final String DELETE_MEMBERS = """
        DELETE FROM list_member
        WHERE directory_id = ? AND list_id = ? AND number BETWEEN ? AND ?
        """;

    private static final int MEMBERS_AT_A_TIME = 20_000;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;
    private final PageReads reads;
    private final ChangeStream changes;

    /**
     * How large a list is.
     *
     * @param members contacts on the list
     * @param unsubscribed those of them who opted out of the list
     */
    public record Size(long members, long unsubscribed) {}

    /**
     * A list with whose it is.
     *
     * @param owner as its maker said, or who made it; null for one of nobody
     * @param modifiedAt when it was made or renamed, in epoch milliseconds
     */
    public record Owned(MailingList list, @Nullable String owner, long modifiedAt) {}

    /** Whose lists are wanted: everybody's, or those of one owner, null for those of nobody. */
    public record Whose(boolean anybody, @Nullable String owner) {

        /** Everybody's. */
        public static final Whose ANYBODYS = new Whose(true, null);
    }

    private record ByNumber(int number) {}

    private record Of(int directory) {}

    /** Stores lists in that database, within the current transaction where there is one. */
    public MailingLists(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
        this.changes = new ChangeStream(jdbc);
    }

    /** Creates a list; its name has 1 to 255 code points and is unique in the directory. */
    public MailingList create(int directory, String name) {
        return insert(directory, name, null);
    }

    /** The list of a run, made when it is first asked for; a run never has two. */
    public MailingList ofRun(int directory, String name, long run) {
        Optional<MailingList> made = byRun(run);
        if (made.isPresent()) {
            return made.get();
        }

        try {
            return insert(directory, name, run);
        } catch (Refusal refusal) {
            // Another process may have made it a moment ago.
            return byRun(run).orElseThrow(() -> refusal);
        }
    }

    private MailingList insert(int directory, String name, @Nullable Long run) {
        String checked = Names.checked("Cannot create the list", name, ids);
        long now = clock.millis();
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        try {
            jdbc.sql(CREATE)
                    .param(directory)
                    .param(checked)
                    .param(run)
                    .param(now)
                    .update(id);
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict(
                            "NAME_TAKEN",
                            "Cannot create the list '" + checked
                                    + "': the directory has a list of that name. Use it, or choose another name.")
                    .with("name", checked)
                    .causedBy(e);
        }

        int number = Objects.requireNonNull(id.getKey()).intValue();
        return new MailingList(number, ids.list(number), directory, checked, now);
    }

    /**
     * Within a transaction: gives a list another name, under the rules of {@link #create}.
     *
     * @return the list afterwards
     */
    public MailingList rename(MailingList list, String name) {
        String checked = Names.checked("Cannot rename the list '" + list.name() + "'", name, ids);
        lock("rename", list);
        try {
            jdbc.sql(RENAME).params(checked, clock.millis(), list.number()).update();
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict(
                            "NAME_TAKEN",
                            "Cannot rename the list '" + list.name() + "': the directory has a list '" + checked
                                    + "'. Choose another name.")
                    .with("name", checked)
                    .causedBy(e);
        }

        return new MailingList(list.number(), list.id(), list.directory(), checked, list.createdAt());
    }

    /**
     * Within a transaction: deletes a list with its memberships, whose contacts are noted as changed. The contacts stay as
     * they are, and so does the time of their last change. An import into the list that has not ended stops at its next
     * block.
     *
     * @return how many members it had
     */
    public long delete(MailingList list) {
        lock("delete", list);
        ContactChanges left = new ContactChanges();
        long members = 0;
        List<Long> some = members(list, 0);
        while (!some.isEmpty()) {
            some.forEach(number -> left.add(number, Set.of(ChangeKind.LISTS)));
            members += some.size();
            jdbc.sql(DELETE_MEMBERS)
                    .params(list.directory(), list.number(), some.getFirst(), some.getLast())
                    .update();
            some = members(list, some.getLast());
        }

        jdbc.sql(DELETE).param(list.number()).update();
        jdbc.sql(FORGET_COUNT).params(list.directory(), list.number()).update();
        // At the end, so that the gate is not kept while a large list is taken apart.
        changes.note(list.directory(), () -> left, clock.millis());
        return members;
    }

    private List<Long> members(MailingList list, long after) {
        return jdbc.sql(SOME_MEMBERS)
                .params(list.directory(), list.number(), after, MEMBERS_AT_A_TIME)
                .query(Long.class)
                .list();
    }

    /**
     * Within a transaction: keeps everybody else from joining, naming, renaming or deleting a list until it ends.
     *
     * @return whether the list is there
     */
    public boolean lock(MailingList list) {
        return jdbc.sql(LOCK)
                .param(list.number())
                .query(String.class)
                .optional()
                .isPresent();
    }

    private void lock(String act, MailingList list) {
        if (!lock(list)) {
            throw Refusal.notFound(
                            "UNKNOWN_LIST",
                            "Cannot " + act + " the list '" + list.name() + "': it has been deleted meanwhile.")
                    .with("list", list.name());
        }
    }

    /** The list of that id or name in a directory; a refusal when there is none. */
    public MailingList find(int directory, String idOrName) {
        String text = Fold.trim(idOrName);
        OptionalLong id = ids.read(PublicId.LIST, text);
        if (id.isEmpty()) {
            return jdbc.sql(BY_NAME)
                    .params(directory, text)
                    .query((row, index) -> list(row, ids))
                    .optional()
                    .orElseThrow(() -> unknown(idOrName, Names.unknown("list", PublicId.LIST, text, ids)));
        }

        // Of another directory's list not even that is said that it exists.
        return byNumber((int) id.getAsLong())
                .filter(list -> list.directory() == directory)
                .orElseThrow(() -> unknown(idOrName, "the directory has no list of that id."));
    }

    /** The list of that numeric id. */
    public Optional<MailingList> byNumber(int number) {
        return reads.once(
                new ByNumber(number),
                () -> jdbc.sql(BY_ID)
                        .param(number)
                        .query((row, index) -> list(row, ids))
                        .optional());
    }

    /** Likewise; within a transaction, it is not deleted before that ends. */
    public Optional<MailingList> shared(int number) {
        return jdbc.sql(SHARE)
                .param(number)
                .query((row, index) -> list(row, ids))
                .optional();
    }

    /** The lists of a directory by name. */
    public List<MailingList> of(int directory) {
        return reads.once(
                new Of(directory),
                () -> jdbc.sql(OF_DIRECTORY)
                        .param(directory)
                        .query((row, index) -> list(row, ids))
                        .list());
    }

    /** How many lists a directory has. */
    public int count(int directory) {
        return jdbc.sql(COUNT).param(directory).query(Integer.class).single();
    }

    /** Lists of several directories, by directory and name. */
    public List<MailingList> of(Collection<Integer> directories, int most) {
        return directories.isEmpty()
                ? List.of()
                : jdbc.sql(OF_DIRECTORIES)
                        .param("directories", directories)
                        .param("most", most)
                        .query((row, index) -> list(row, ids))
                        .list();
    }

    /**
     * Some lists of a directory by name.
     *
     * @param after the name of the last one of the page before; null for the first page
     */
    public List<MailingList> page(int directory, @Nullable String after, int most) {
        return jdbc.sql(PAGE)
                .params(directory, after == null ? "" : after, most)
                .query((row, index) -> list(row, ids))
                .list();
    }

    /** Some lists of a directory, made after the one of that number, in the order of their making. */
    public List<Owned> inOrder(int directory, Whose whose, int after, int most) {
        return jdbc.sql(IN_ORDER)
                .param("directory", directory)
                .param("after", after)
                .param("anybody", whose.anybody())
                .param("owner", whose.owner())
                .param("most", most)
                .query((row, index) -> owned(row))
                .list();
    }

    /** A list with whose it is. */
    public Optional<Owned> owned(MailingList list) {
        return jdbc.sql(OWNED)
                .param(list.number())
                .query((row, index) -> owned(row))
                .optional();
    }

    private Owned owned(ResultSet row) throws SQLException {
        return new Owned(list(row, ids), row.getString("owner"), row.getLong("modified"));
    }

    /** Says whose a list is. */
    public void give(MailingList list, String owner) {
        jdbc.sql(OWN).params(owner, list.number()).update();
    }

    /** How many members lists of one directory have, by their numbers; those without any are left out. */
    public Map<Integer, Long> members(int directory, Collection<Integer> some) {
        Map<Integer, Long> members = new HashMap<>();
        if (!some.isEmpty()) {
            jdbc.sql(SIZES).param("directory", directory).param("lists", some).query(row -> {
                members.put(row.getInt(1), row.getLong(2));
            });
        }

        return members;
    }

    /** How large a list is. */
    public Size size(MailingList list) {
        return jdbc.sql(SIZE)
                .params(list.directory(), list.number())
                .query((row, index) -> new Size(row.getLong(1), row.getLong(2)))
                .single();
    }

    static MailingList list(ResultSet row, Ids ids) throws SQLException {
        return new MailingList(
                row.getInt("id"),
                ids.list(row.getInt("id")),
                row.getInt("directory_id"),
                row.getString("name"),
                row.getLong("created_at"));
    }

    /** The list that a run made; empty when it made none. */
    public Optional<MailingList> byRun(long run) {
        return jdbc.sql(BY_RUN).param(run).query((row, index) -> list(row, ids)).optional();
    }

    private static Refusal unknown(String text, String reason) {
        return Refusal.notFound("UNKNOWN_LIST", "Cannot use the list '" + text + "': " + reason)
                .with("list", text);
    }
}
