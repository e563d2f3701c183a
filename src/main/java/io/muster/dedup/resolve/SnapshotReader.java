package io.muster.dedup.resolve;

import io.muster.dedup.Survivors;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.Membership;
import io.muster.directory.StoredContact;
import io.muster.directory.store.ContactColumns;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.support.Refusal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Reads one directory at one moment: everything it answers comes from one consistent snapshot, so that claims and
 * contacts always fit together. Not safe for use by several threads.
 */
final class SnapshotReader implements AutoCloseable {

    private static final int KEYS_PER_STATEMENT = 2_000;

    private static final String START = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

    private static final String HAS_SHADOWS = "SELECT 1 FROM claim_shadow WHERE directory_id = ? LIMIT 1";

    private static final String HAS_ALIASES = "SELECT 1 FROM contact_alias WHERE directory_id = ? LIMIT 1";

    private static final String OWNERS = """
        SELECT key_hash, number FROM claim
        WHERE directory_id = ? AND rule_id = ? AND key_hash IN (%s)
        """;

    private static final String SHADOWS = """
        SELECT number FROM claim_shadow
        WHERE directory_id = ? AND rule_id = ? AND key_hash = ?
        ORDER BY number
        """;

    private static final String CONTACTS =
            "SELECT " + ContactColumns.ALL + " FROM contact WHERE directory_id = ? AND number IN (%s)";

    private static final String ALL_CONTACTS =
            "SELECT " + ContactColumns.ALL + " FROM contact WHERE directory_id = ? ORDER BY number";

    private static final String CLAIMS_OF_RULE = """
        SELECT key_hash, number FROM claim WHERE directory_id = ? AND rule_id = ? ORDER BY key_hash
        """;

    private static final String MEMBERS = """
        SELECT number, unsubscribed, embedded, joined_at FROM list_member
        WHERE directory_id = ? AND list_id = ? AND number IN (%s)
        """;

    private static final String ALL_MEMBERS = """
        SELECT number, unsubscribed, embedded, joined_at FROM list_member
        WHERE directory_id = ? AND list_id = ?
        ORDER BY number
        """;

    private static final String ALIASES = "SELECT ext_ref FROM contact_alias WHERE directory_id = ? AND number = ?";

    private static final String HAS_MERGES =
            "SELECT 1 FROM contact_merge WHERE directory_id = ? AND state = 'MERGED' LIMIT 1";

    private static final String ABSORBED = """
        SELECT i.number FROM contact_merge m
        JOIN contact_merge_image i ON i.directory_id = m.directory_id AND i.merge_id = m.id
        WHERE m.directory_id = ? AND m.survivor = ? AND m.state = 'MERGED' AND i.part = 'ABSORBED'
        ORDER BY i.number
        """;

    private static final String HAS_EVENTS = "SELECT 1 FROM %s WHERE directory_id = ? LIMIT 1";

    private static final String EVENTS = "SELECT %2$s FROM %1$s WHERE directory_id = ? AND %2$s IN (%3$s)";

    private static final String GREATEST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM contact WHERE directory_id = ?";

    private final Connection connection;
    private final int directory;
    private final int list;

    /** Takes what a membership's row says. */
    interface MemberSink {
        void accept(long number, Membership membership);
    }

    /** Takes a row as a record, which is overwritten with the next. */
    interface RecordSink {
        void accept(long number, RecordBytes record);
    }

    /** Takes what a claim's row says. */
    interface ClaimSink {
        void accept(IdentityKey key, long number);
    }

    SnapshotReader(DataSource dataSource, int directory, int list) throws SQLException {
        this.connection = dataSource.getConnection();
        this.directory = directory;
        this.list = list;
        connection.setAutoCommit(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute(START);
        }
    }

    /** The greatest number of a contact; 0 when there is none. */
    long greatestNumber() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GREATEST_NUMBER)) {
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    boolean hasShadows() throws SQLException {
        return any(HAS_SHADOWS);
    }

    boolean hasAliases() throws SQLException {
        return any(HAS_ALIASES);
    }

    void owners(Collection<IdentityKey> keys, ClaimSink sink) throws SQLException {
        Map<Integer, List<IdentityKey>> byRule = new TreeMap<>();
        keys.forEach(key ->
                byRule.computeIfAbsent(key.rule(), ignored -> new ArrayList<>()).add(key));
        for (Map.Entry<Integer, List<IdentityKey>> rule : byRule.entrySet()) {
            List<IdentityKey> all = rule.getValue();
            all.sort(null);
            for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
                owners(rule.getKey(), all.subList(from, Math.min(from + KEYS_PER_STATEMENT, all.size())), sink);
            }
        }
    }

    private void owners(int rule, List<IdentityKey> keys, ClaimSink sink) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OWNERS.formatted(marks(keys.size())))) {
            statement.setInt(1, directory);
            statement.setInt(2, rule);
            for (int i = 0; i < keys.size(); i++) {
                statement.setBytes(3 + i, keys.get(i).bytes());
            }

            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    sink.accept(IdentityKey.of(rule, result.getBytes(1)), result.getLong(2));
                }
            }
        }
    }

    /** All claims of a rule. */
    void claims(int rule, ClaimSink sink) throws SQLException {
        stream(
                CLAIMS_OF_RULE,
                List.of(directory, rule),
                result -> sink.accept(IdentityKey.of(rule, result.getBytes(1)), result.getLong(2)));
    }

    List<Long> shadows(IdentityKey key) throws SQLException {
        List<Long> shadows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SHADOWS)) {
            statement.setInt(1, directory);
            statement.setInt(2, key.rule());
            statement.setBytes(3, key.bytes());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    shadows.add(result.getLong(1));
                }
            }
        }

        return shadows;
    }

    void contacts(Collection<Long> numbers, Consumer<StoredContact> sink) throws SQLException {
        inParts(numbers, CONTACTS, false, result -> sink.accept(ContactColumns.contact(result)));
    }

    /** All contacts: the fields in the order of {@link ContactField}, opt-out, embedded data, version, creation, change. */
    void allContacts(RecordSink sink) throws SQLException {
        RecordBytes record = new RecordBytes();
        stream(ALL_CONTACTS, List.of(directory), result -> {
            record.rewind();
            int column = ContactColumns.FIRST_VALUE;
            for (int field = 0; field < ContactField.ALL.size(); field++) {
                record.putText(result.getBytes(column++));
            }

            record.putFlag(result.getInt(column) == 1);
            record.putText(result.getBytes(column + 1));
            record.putInt(result.getInt(2));
            record.putLong(result.getLong(3));
            record.putLong(result.getLong(4));
            sink.accept(result.getLong(1), record);
        });
    }

    void members(Collection<Long> numbers, MemberSink sink) throws SQLException {
        inParts(numbers, MEMBERS, true, result -> sink.accept(result.getLong(1), member(result)));
    }

    /** All members of the list: opt-out, embedded data, time of joining. */
    void allMembers(RecordSink sink) throws SQLException {
        RecordBytes record = new RecordBytes();
        stream(ALL_MEMBERS, List.of(directory, list), result -> {
            record.rewind().putFlag(result.getInt(2) == 1);
            record.putText(result.getBytes(3));
            record.putLong(result.getLong(4));
            sink.accept(result.getLong(1), record);
        });
    }

    boolean hasMerges() throws SQLException {
        return any(HAS_MERGES);
    }

    List<String> aliases(long number) throws SQLException {
        List<String> aliases = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ALIASES)) {
            statement.setInt(1, directory);
            statement.setLong(2, number);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    aliases.add(result.getString(1));
                }
            }
        }

        return aliases;
    }

    List<Long> absorbed(long number) throws SQLException {
        List<Long> absorbed = new ArrayList<>(List.of(number));
        try (PreparedStatement statement = connection.prepareStatement(ABSORBED)) {
            for (int i = 0; i < absorbed.size(); i++) {
                statement.setInt(1, directory);
                statement.setLong(2, absorbed.get(i));
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        absorbed.add(result.getLong(1));
                    }
                }
            }
        }

        return absorbed.subList(1, absorbed.size());
    }

    /** The contact that merges made of one that is gone; 0 when there is none. */
    long survivor(long number) {
        return new Survivors(JdbcClient.create(new SingleConnectionDataSource(connection, true)))
                .of(directory, number)
                .orElse(0);
    }

    /** Those of the whole keys that are recorded. */
    void events(EventKind kind, Collection<EventKey> keys, Consumer<EventKey> sink) throws SQLException {
        List<EventKey> all = keys.stream().sorted().toList();
        for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
            List<EventKey> some = all.subList(from, Math.min(from + KEYS_PER_STATEMENT, all.size()));
            String sql = EVENTS.formatted(kind.claimTable(), kind.keyColumn(), marks(some.size()));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setInt(1, directory);
                for (int i = 0; i < some.size(); i++) {
                    statement.setBytes(2 + i, some.get(i).bytes());
                }

                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        ByteBuffer bytes = ByteBuffer.wrap(result.getBytes(1));
                        sink.accept(new EventKey(bytes.getLong(), bytes.getLong(), true));
                    }
                }
            }
        }
    }

    boolean hasEvents(EventKind kind) throws SQLException {
        return any(HAS_EVENTS.formatted(kind.claimTable()));
    }

    private static Membership member(ResultSet result) throws SQLException {
        return new Membership(result.getInt(2) == 1, result.getString(3), result.getLong(4));
    }

    /** Takes one row of a result. */
    private interface RowSink {
        void accept(ResultSet result) throws SQLException;
    }

    private void inParts(Collection<Long> numbers, String sql, boolean ofList, RowSink sink) throws SQLException {
        Iterator<Long> rest = numbers.stream().sorted().iterator();
        try (Statement statement = connection.createStatement()) {
            while (rest.hasNext()) {
                StringBuilder part = new StringBuilder();
                for (int i = 0; i < KEYS_PER_STATEMENT && rest.hasNext(); i++) {
                    part.append(i == 0 ? "" : ",").append(rest.next().longValue());
                }

                String bound = sql.replaceFirst("\\?", Integer.toString(directory));
                bound = ofList ? bound.replaceFirst("\\?", Integer.toString(list)) : bound;
                try (ResultSet result = statement.executeQuery(bound.formatted(part))) {
                    while (result.next()) {
                        sink.accept(result);
                    }
                }
            }
        }
    }

    private void stream(String sql, List<Integer> values, RowSink sink) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            // Connector/J streams row by row with exactly this fetch size.
            statement.setFetchSize(Integer.MIN_VALUE);
            for (int i = 0; i < values.size(); i++) {
                statement.setInt(i + 1, values.get(i));
            }

            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    sink.accept(result);
                }
            }
        }
    }

    /** What to say when the directory cannot be read. */
    static Refusal failed(SQLException e) {
        return Refusal.failed(
                "Cannot read the directory: " + e.getMessage() + ". Check the database, then resume the run.", e);
    }

    private boolean any(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    private static String marks(int count) {
        return "?, ".repeat(count - 1) + "?";
    }

    @Override
    public void close() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        } finally {
            connection.close();
        }
    }
}
