package io.muster.dedup;

import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.directory.store.ContactColumns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of single contacts: read with what their keys are made of, written only at the version that was read. */
public final class ContactRows {

    // All of one moment: the version covers what is read beside the contact's own row.
    private static final String READ = """
        SELECT %1$s, 0 AS part, NULL AS ref_key, NULL AS alias, NULL AS content
        FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        UNION ALL
        SELECT number, %2$s, 1, ref_key, ext_ref, NULL
        FROM contact_alias
        WHERE directory_id = :directory AND number IN (:numbers)
        UNION ALL
        SELECT number, %2$s, 2, NULL, NULL, key_hash
        FROM content_claim
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY part, ref_key
        """.formatted(
                    ContactColumns.ALL, String.join(", ", Collections.nCopies(ContactColumns.LINEAGE - 1, "NULL")));

    private static final String LOCK = """
        SELECT number, version
        FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number
        FOR UPDATE
        """;

    private static final String MOVE_VERSIONS = """
        UPDATE contact
        SET version = version + 1
        WHERE directory_id = :directory AND number IN (:numbers)
        """;

    private static final String INSERT = "INSERT INTO contact (directory_id, " + ContactColumns.ALL
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String UPDATE = "UPDATE contact SET " + ContactColumns.SET_VALUES
            + ", modified_at = ?, version = version + 1 WHERE directory_id = ? AND number = ? AND version = ?";

    private static final String TOUCH = """
        UPDATE contact
        SET modified_at = :modifiedAt, version = version + 1
        WHERE directory_id = :directory AND number = :number
        """;

    private static final String DELETE = """
        DELETE FROM contact
        WHERE directory_id = :directory AND number = :number AND version = :version
        """;

    private static final String DELETE_LOCKED = """
        DELETE FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        """;

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public ContactRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One contact. */
    public Optional<KeyedContact> read(int directory, long number) {
        return Optional.ofNullable(read(directory, List.of(number)).get(number));
    }

    /** Those of the contacts that exist, by number. */
    public SortedMap<Long, KeyedContact> read(int directory, Collection<Long> numbers) {
        SortedMap<Long, KeyedContact> contacts = new TreeMap<>();
        if (numbers.isEmpty()) {
            return contacts;
        }

        List<StoredContact> rows = new ArrayList<>();
        Map<Long, List<String>> aliases = new HashMap<>();
        Map<Long, Set<IdentityKey>> content = new HashMap<>();
        jdbc.sql(READ).param("directory", directory).param("numbers", numbers).query(row -> {
            switch (row.getInt("part")) {
                case 0 -> rows.add(ContactColumns.contact(row));
                case 1 ->
                    aliases.computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                            .add(row.getString("alias"));
                default ->
                    content.computeIfAbsent(row.getLong(1), absent -> new HashSet<>())
                            .add(IdentityKey.of(IdentityKey.CONTENT_RULE, row.getBytes("content")));
            }
        });
        rows.forEach(stored -> contacts.put(
                stored.number(),
                new KeyedContact(
                        stored,
                        aliases.getOrDefault(stored.number(), List.of()),
                        content.getOrDefault(stored.number(), Set.of()))));
        return contacts;
    }

    /** Locks the contacts in number order and answers the versions of those that exist. */
    public Map<Long, Integer> lock(int directory, Collection<Long> numbers) {
        Map<Long, Integer> versions = new HashMap<>();
        jdbc.sql(LOCK)
                .param("directory", directory)
                .param("numbers", numbers)
                .query((row, index) -> versions.put(row.getLong(1), row.getInt(2)))
                .list();
        return versions;
    }

    /**
     * Locks the contacts in number order.
     *
     * @throws LockRetry.Stale when one of them is no longer at the version that was read
     */
    public void lockUnchanged(int directory, Collection<KeyedContact> read) {
        Map<Long, Integer> versions =
                lock(directory, read.stream().map(KeyedContact::number).toList());
        if (!read.stream().allMatch(contact -> Objects.equals(versions.get(contact.number()), contact.version()))) {
            throw new LockRetry.Stale("A contact was changed meanwhile");
        }
    }

    /** Has whoever read these contacts before read them again when they write; nothing else of them changes. */
    public void moveVersions(int directory, Collection<Long> numbers) {
        jdbc.sql(MOVE_VERSIONS)
                .param("directory", directory)
                .param("numbers", numbers)
                .update();
    }

    /** Writes a contact that is not there. */
    public void insert(int directory, StoredContact contact) {
        List<@Nullable Object> parameters = ContactColumns.parameters(contact);
        parameters.addFirst(directory);
        jdbc.sql(INSERT).params(parameters).update();
    }

    /**
     * Gives the contact these values, of this lineage, and its next version.
     *
     * @throws LockRetry.Stale when the contact is no longer at the version that was read
     */
    public void update(int directory, KeyedContact read, Profile values, Lineage lineage, long modifiedAt) {
        List<@Nullable Object> parameters = ContactColumns.parameters(values, lineage);
        parameters.add(modifiedAt);
        parameters.add(directory);
        parameters.add(read.number());
        parameters.add(read.version());
        if (jdbc.sql(UPDATE).params(parameters).update() != 1) {
            throw new LockRetry.Stale("The contact was changed meanwhile");
        }
    }

    /** Moves version and modification time of a contact whose surroundings changed. */
    public void touch(int directory, long number, long modifiedAt) {
        jdbc.sql(TOUCH)
                .param("directory", directory)
                .param("number", number)
                .param("modifiedAt", modifiedAt)
                .update();
    }

    /**
     * Removes the contact's own row.
     *
     * @throws LockRetry.Stale when the contact is no longer at the version that was read
     */
    public void delete(int directory, KeyedContact read) {
        int deleted = jdbc.sql(DELETE)
                .param("directory", directory)
                .param("number", read.number())
                .param("version", read.version())
                .update();
        if (deleted != 1) {
            throw new LockRetry.Stale("The contact was changed meanwhile");
        }
    }

    /** Removes the rows of contacts that the transaction has locked. */
    public void deleteLocked(int directory, Collection<Long> numbers) {
        jdbc.sql(DELETE_LOCKED)
                .param("directory", directory)
                .param("numbers", numbers)
                .update();
    }
}
