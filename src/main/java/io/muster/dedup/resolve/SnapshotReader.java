package io.muster.dedup.resolve;

import io.muster.database.MomentConnection;
import io.muster.database.Outage;
import io.muster.dedup.Survivors;
import io.muster.directory.IdentityKey;
import io.muster.directory.Membership;
import io.muster.directory.StoredContact;
import io.muster.directory.store.ContactColumns;
import io.muster.load.EventColumns;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.StoredEvent;
import io.muster.support.Refusal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Reads one directory at one moment: everything it answers comes from one consistent snapshot, so that claims and
 * contacts always fit together. Safe for use by several threads, which wait for each other.
 */
final class SnapshotReader implements AutoCloseable {

    private static final int KEYS_PER_STATEMENT = 2_000;

    // Connector/J streams row by row with exactly this fetch size.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;
    private static final int AT_ONCE = 0;

    // A run can have taken keys of a directory without any contact.
    private static final String HAS_CLAIMS = "SELECT 1 FROM claim WHERE directory_id = ? LIMIT 1";
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

    private static final String DIGESTS =
            "SELECT number, unsubscribed, " + LineDigest.SQL + " FROM contact WHERE directory_id = ?";

    private static final String ALL_DIGESTS = DIGESTS + " ORDER BY number";

    private static final String SOME_DIGESTS = DIGESTS + " AND number IN (%s)";

    private static final String CLAIMS_OF_RULE = """
        SELECT key_hash, number FROM claim WHERE directory_id = ? AND rule_id = ? ORDER BY key_hash
        """;

    private static final String MEMBERS = """
        SELECT number, unsubscribed, embedded, joined_at, unsubscribed_at FROM list_member
        WHERE directory_id = ? AND list_id = ? AND number IN (%s)
        """;

    private static final String MEMBER_FLAGS =
            "SELECT number, unsubscribed FROM list_member WHERE directory_id = ? AND list_id = ?";

    private static final String ALL_MEMBERS = MEMBER_FLAGS + " ORDER BY number";

    private static final String SOME_MEMBERS = MEMBER_FLAGS + " AND number IN (%s)";

    private static final String ALIASES = "SELECT ext_ref FROM contact_alias WHERE directory_id = ? AND number = ?";

    private static final String CONTENT_KEYS =
            "SELECT key_hash FROM content_claim WHERE directory_id = ? AND number = ?";

    private static final String EVENTS_OF = "SELECT %2$s FROM %1$s WHERE directory_id = ? AND number = ?";

    private static final String HAS_MERGES =
            "SELECT 1 FROM contact_merge WHERE directory_id = ? AND state = 'MERGED' LIMIT 1";

    private static final String ABSORBED = """
        SELECT i.number FROM contact_merge m
        JOIN contact_merge_image i ON i.directory_id = m.directory_id AND i.merge_id = m.id
        WHERE m.directory_id = ? AND m.survivor = ? AND m.state = 'MERGED' AND i.part = 'ABSORBED'
        ORDER BY i.number
        """;

    private static final String HAS_EVENTS = "SELECT 1 FROM %s WHERE directory_id = ? LIMIT 1";

    private static final String EVENT_KEYS = "SELECT %2$s FROM %1$s WHERE directory_id = ? AND %2$s IN (%3$s)";

    private static final String EVENTS = """
        SELECT %4$s
        FROM %1$s c
        JOIN %5$s e ON e.directory_id = c.directory_id AND e.number = c.number AND e.%2$s = c.%2$s
        WHERE c.directory_id = ? AND c.%2$s IN (%3$s)
        """;

    private static final String HAS_FORMER_EVENTS = "SELECT 1 FROM directory WHERE id = ? AND former_events = 1";

    private static final String GREATEST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM contact WHERE directory_id = ?";

    private final MomentConnection moment;
    private final Connection connection;
    private final int directory;
    private final int list;

    /**
     * Opens the snapshot.
     *
     * @throws Refusal when the database cannot be read, as from every other method
     */
    SnapshotReader(DataSource dataSource, int directory, int list) {
        this.directory = directory;
        this.list = list;
        try {
            this.moment = MomentConnection.open(dataSource);
            this.connection = moment.connection();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The greatest number of a contact; 0 when there is none. */
    long greatestNumber() {
        return numbers(GREATEST_NUMBER, directory).getFirst();
    }

    boolean hasClaims() {
        return any(HAS_CLAIMS);
    }

    boolean hasShadows() {
        return any(HAS_SHADOWS);
    }

    boolean hasAliases() {
        return any(HAS_ALIASES);
    }

    boolean hasMerges() {
        return any(HAS_MERGES);
    }

    boolean hasEvents(EventKind kind) {
        return any(HAS_EVENTS.formatted(kind.claimTable()));
    }

    private boolean any(String sql) {
        return !numbers(sql, directory).isEmpty();
    }

    void owners(Collection<IdentityKey> keys, ObjLongConsumer<IdentityKey> sink) {
        Map<Integer, List<IdentityKey>> byRule =
                keys.stream().collect(Collectors.groupingBy(IdentityKey::rule, TreeMap::new, Collectors.toList()));
        byRule.forEach((rule, some) -> inParts(
                OWNERS,
                List.of(directory, rule),
                some,
                IdentityKey::bytes,
                row -> sink.accept(IdentityKey.of(rule, row.getBytes(1)), row.getLong(2))));
    }

    /** All claims of a rule. */
    void claims(int rule, ObjLongConsumer<IdentityKey> sink) {
        query(
                CLAIMS_OF_RULE,
                ROW_BY_ROW,
                List.of(directory, rule),
                row -> sink.accept(IdentityKey.of(rule, row.getBytes(1)), row.getLong(2)));
    }

    List<Long> shadows(IdentityKey key) {
        return numbers(SHADOWS, directory, key.rule(), key.bytes());
    }

    void contacts(Collection<Long> numbers, Consumer<StoredContact> sink) {
        inParts(
                CONTACTS,
                List.of(directory),
                numbers,
                number -> number,
                row -> sink.accept(ContactColumns.contact(row)));
    }

    /** The digests of all contacts. */
    void allDigests(Digests into) {
        query(ALL_DIGESTS, ROW_BY_ROW, List.of(directory), row -> digest(row, into));
    }

    /** The digests of some contacts. */
    void digests(Collection<Long> numbers, Digests into) {
        inParts(SOME_DIGESTS, List.of(directory), numbers, number -> number, row -> digest(row, into));
    }

    private static void digest(ResultSet row, Digests into) throws SQLException {
        ByteBuffer digest = ByteBuffer.wrap(row.getBytes(3));
        into.put(
                row.getLong(1),
                digest.getLong(),
                digest.getLong(),
                Digests.THERE | (row.getInt(2) == 0 ? 0 : Digests.UNSUBSCRIBED));
    }

    void members(Collection<Long> numbers, BiConsumer<Long, Membership> sink) {
        inParts(
                MEMBERS,
                List.of(directory, list),
                numbers,
                number -> number,
                row -> sink.accept(
                        row.getLong(1),
                        new Membership(
                                row.getInt(2) == 1, row.getString(3), row.getLong(4), row.getObject(5, Long.class))));
    }

    /** Who is a member of the list. */
    void allMembers(Digests into) {
        query(ALL_MEMBERS, ROW_BY_ROW, List.of(directory, list), row -> member(row, into));
    }

    /** Who of some contacts is a member of the list. */
    void members(Collection<Long> numbers, Digests into) {
        inParts(SOME_MEMBERS, List.of(directory, list), numbers, number -> number, row -> member(row, into));
    }

    private static void member(ResultSet row, Digests into) throws SQLException {
        into.flag(row.getLong(1), Digests.MEMBER | (row.getInt(2) == 0 ? 0 : Digests.OPTED_OUT));
    }

    List<String> aliases(long number) {
        List<String> aliases = new ArrayList<>();
        query(ALIASES, AT_ONCE, List.of(directory, number), row -> aliases.add(row.getString(1)));
        return aliases;
    }

    List<IdentityKey> contentKeys(long number) {
        List<IdentityKey> keys = new ArrayList<>();
        query(
                CONTENT_KEYS,
                AT_ONCE,
                List.of(directory, number),
                row -> keys.add(IdentityKey.of(IdentityKey.CONTENT_RULE, row.getBytes(1))));
        return keys;
    }

    /** The keys of all that is recorded for a contact. */
    List<EventKey> events(EventKind kind, long number) {
        List<EventKey> keys = new ArrayList<>();
        String sql = EVENTS_OF.formatted(kind.table(), kind.keyColumn());
        query(sql, AT_ONCE, List.of(directory, number), row -> keys.add(EventKey.of(row.getBytes(1))));
        return keys;
    }

    List<Long> absorbed(long number) {
        List<Long> absorbed = new ArrayList<>(List.of(number));
        for (int i = 0; i < absorbed.size(); i++) {
            absorbed.addAll(numbers(ABSORBED, directory, absorbed.get(i)));
        }

        return absorbed.subList(1, absorbed.size());
    }

    /** The contact that merges made of one that is gone; 0 when there is none. */
    synchronized long survivor(long number) {
        return new Survivors(JdbcClient.create(new SingleConnectionDataSource(connection, true)))
                .of(directory, number)
                .orElse(0);
    }

    /** Whether there are transactions or touchpoints whose keys were computed before ids were kept. */
    boolean hasFormerEvents() {
        return any(HAS_FORMER_EVENTS);
    }

    /** Those of the whole keys that are recorded. */
    void eventKeys(EventKind kind, Collection<EventKey> keys, Consumer<EventKey> sink) {
        String sql = EVENT_KEYS.formatted(kind.claimTable(), kind.keyColumn(), "%s");
        inParts(sql, List.of(directory), keys, EventKey::bytes, row -> sink.accept(EventKey.of(row.getBytes(1))));
    }

    /** What is recorded under the whole keys. */
    void events(EventKind kind, Collection<EventKey> keys, Consumer<StoredEvent> sink) {
        String sql =
                EVENTS.formatted(kind.claimTable(), kind.keyColumn(), "%s", EventColumns.of(kind, "e"), kind.table());
        inParts(sql, List.of(directory), keys, EventKey::bytes, row -> sink.accept(EventColumns.event(kind, row)));
    }

    /** Takes one row of a result. */
    private interface RowSink {
        void accept(ResultSet row) throws SQLException;
    }

    private List<Long> numbers(String sql, Object... parameters) {
        List<Long> numbers = new ArrayList<>();
        query(sql, AT_ONCE, List.of(parameters), row -> numbers.add(row.getLong(1)));
        return numbers;
    }

    /** Asks for many values, some at a time, in their order. */
    private <T> void inParts(
            String sql, List<Integer> leading, Collection<T> all, Function<T, Object> parameter, RowSink sink) {
        List<T> sorted = all.stream().sorted().toList();
        for (int from = 0; from < sorted.size(); from += KEYS_PER_STATEMENT) {
            List<T> some = sorted.subList(from, Math.min(from + KEYS_PER_STATEMENT, sorted.size()));
            List<Object> parameters = new ArrayList<>(leading);
            some.forEach(value -> parameters.add(parameter.apply(value)));
            query(sql.formatted("?, ".repeat(some.size() - 1) + "?"), AT_ONCE, parameters, sink);
        }
    }

    private synchronized void query(String sql, int fetchSize, List<?> parameters, RowSink sink) {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(fetchSize);
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }

            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sink.accept(row);
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static Refusal failed(SQLException e) {
        return Refusal.failed(
                "Cannot read the directory: " + Outage.inWords(e) + ". Check the database, then resume the run.", e);
    }

    @Override
    public void close() {
        try {
            moment.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
