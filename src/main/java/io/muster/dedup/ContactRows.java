package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Profile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of single contacts: read with what their keys are made of, written only at the version that was read. */
public final class ContactRows {

    private static final String READ = """
            SELECT number, first_name, last_name, email, phone, ext_ref, language, unsubscribed, embedded,
                   created_at, modified_at, version
            FROM contact
            WHERE directory_id = :directory AND number IN (:numbers)
            """;

    private static final String READ_ALIASES = """
            SELECT number, ext_ref
            FROM contact_alias
            WHERE directory_id = :directory AND number IN (:numbers)
            ORDER BY number, ref_key
            """;

    private static final String READ_CONTENT = """
            SELECT number, key_hash
            FROM content_claim
            WHERE directory_id = :directory AND number IN (:numbers)
            """;

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

    private static final String INSERT = """
            INSERT INTO contact (directory_id, number, first_name, last_name, email, phone, ext_ref, language,
                                 unsubscribed, embedded, created_at, modified_at, version)
            VALUES (:directory, :number, :firstName, :lastName, :email, :phone, :extRef, :language,
                    :unsubscribed, :embedded, :createdAt, :modifiedAt, :version)
            """;

    private static final String UPDATE = """
            UPDATE contact
            SET first_name = :firstName, last_name = :lastName, email = :email, phone = :phone, ext_ref = :extRef,
                language = :language, unsubscribed = :unsubscribed, embedded = :embedded,
                modified_at = :modifiedAt, version = :version + 1
            WHERE directory_id = :directory AND number = :number AND version = :version
            """;

    private static final String TOUCH = """
            UPDATE contact
            SET modified_at = :modifiedAt, version = version + 1
            WHERE directory_id = :directory AND number = :number
            """;

    private static final String DELETE = """
            DELETE FROM contact
            WHERE directory_id = :directory AND number = :number AND version = :version
            """;

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public ContactRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One contact. */
    public Optional<StoredContact> read(int directory, long number) {
        return Optional.ofNullable(read(directory, List.of(number)).get(number));
    }

    /** Those of the contacts that exist, by number. */
    public SortedMap<Long, StoredContact> read(int directory, Collection<Long> numbers) {
        SortedMap<Long, StoredContact> contacts = new TreeMap<>();
        if (numbers.isEmpty()) {
            return contacts;
        }

        Map<Long, List<String>> aliases = new HashMap<>();
        jdbc.sql(READ_ALIASES)
                .param("directory", directory)
                .param("numbers", numbers)
                .query((row, index) -> aliases.computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                        .add(row.getString(2)))
                .list();
        Map<Long, Set<IdentityKey>> content = new HashMap<>();
        jdbc.sql(READ_CONTENT)
                .param("directory", directory)
                .param("numbers", numbers)
                .query((row, index) -> content.computeIfAbsent(row.getLong(1), absent -> new HashSet<>())
                        .add(IdentityKey.of(IdentityKey.CONTENT_RULE, row.getBytes(2))))
                .list();
        // The contact's own row comes last: its version covers everything read before it.
        jdbc.sql(READ)
                .param("directory", directory)
                .param("numbers", numbers)
                .query((row, index) -> {
                    long number = row.getLong("number");
                    return new StoredContact(
                            number,
                            profile(row),
                            row.getLong("created_at"),
                            row.getLong("modified_at"),
                            row.getInt("version"),
                            aliases.getOrDefault(number, List.of()),
                            content.getOrDefault(number, Set.of()));
                })
                .list()
                .forEach(contact -> contacts.put(contact.number(), contact));
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

    /** Has whoever read these contacts before read them again when they write; nothing else of them changes. */
    public void moveVersions(int directory, Collection<Long> numbers) {
        jdbc.sql(MOVE_VERSIONS)
                .param("directory", directory)
                .param("numbers", numbers)
                .update();
    }

    /** Writes a contact that is not there. */
    public void insert(int directory, StoredContact contact) {
        write(INSERT, directory, contact.number(), contact.profile(), contact.modifiedAt(), contact.version())
                .param("createdAt", contact.createdAt())
                .update();
    }

    /**
     * Gives the contact these values and its next version.
     *
     * @throws LockRetry.Stale when the contact is no longer at the version that was read
     */
    public void update(int directory, StoredContact read, Profile values, long modifiedAt) {
        int changed = write(UPDATE, directory, read.number(), values, modifiedAt, read.version())
                .update();
        if (changed != 1) {
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
    public void delete(int directory, StoredContact read) {
        int deleted = jdbc.sql(DELETE)
                .param("directory", directory)
                .param("number", read.number())
                .param("version", read.version())
                .update();
        if (deleted != 1) {
            throw new LockRetry.Stale("The contact was changed meanwhile");
        }
    }

    private JdbcClient.StatementSpec write(
            String sql, int directory, long number, Profile values, long modifiedAt, int version) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("number", number)
                .param("firstName", values.field(ContactField.FIRST_NAME))
                .param("lastName", values.field(ContactField.LAST_NAME))
                .param("email", values.field(ContactField.EMAIL))
                .param("phone", values.field(ContactField.PHONE))
                .param("extRef", values.field(ContactField.EXT_REF))
                .param("language", values.field(ContactField.LANGUAGE))
                .param("unsubscribed", values.unsubscribed() ? 1 : 0)
                .param("embedded", EmbeddedJson.write(values.embedded()))
                .param("modifiedAt", modifiedAt)
                .param("version", version);
    }

    static Profile profile(ResultSet row) throws SQLException {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        put(fields, ContactField.FIRST_NAME, row.getString("first_name"));
        put(fields, ContactField.LAST_NAME, row.getString("last_name"));
        put(fields, ContactField.EMAIL, row.getString("email"));
        put(fields, ContactField.PHONE, row.getString("phone"));
        put(fields, ContactField.EXT_REF, row.getString("ext_ref"));
        put(fields, ContactField.LANGUAGE, row.getString("language"));
        return new Profile(fields, EmbeddedJson.read(row.getString("embedded")), row.getInt("unsubscribed") != 0);
    }

    private static void put(Map<ContactField, String> fields, ContactField field, @Nullable String value) {
        if (value != null) {
            fields.put(field, value);
        }
    }
}
