package io.muster.segment.evaluate;

import io.muster.database.TestDatabase;
import io.muster.directory.EmbeddedJson;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes contacts of one directory with all that belongs to them straight into the tables. */
final class LiveDirectory {

    private final TestDatabase database;
    private final int directory;
    private int keys;
    private int transactions;

    LiveDirectory(TestDatabase database, int directory) {
        this.database = database;
        this.directory = directory;
    }

    int number() {
        return directory;
    }

    /** A key that events can be told apart by. */
    String key() {
        keys++;
        return HexFormat.of()
                .formatHex(ByteBuffer.allocate(16).putInt(keys * 0x9E3779B9).array());
    }

    void write(List<LiveContact> contacts) throws SQLException {
        try (Connection connection = database.bulkDataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement contact = connection.prepareStatement(
                            "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, NULL)");
                    PreparedStatement member = connection.prepareStatement(
                            "INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at) VALUES (?, ?, ?, ?, NULL, 0)");
                    PreparedStatement transaction = connection.prepareStatement("""
                            INSERT INTO contact_transaction (directory_id, number, transaction_key, happened_at, fields,
                              recorded_at, source, transaction_no)
                            VALUES (?, ?, ?, ?, ?, 0, 'manual', ?)
                            """);
                    PreparedStatement touchpoint = connection.prepareStatement("""
                            INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at,
                              survey, intercept, recorded_at, source)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'manual')
                            """)) {
                for (LiveContact one : contacts) {
                    Map<String, @Nullable String> fields = one.fields();
                    add(
                            contact,
                            directory,
                            one.number(),
                            fields.get("firstName"),
                            fields.get("lastName"),
                            fields.get("email"),
                            fields.get("phone"),
                            fields.get("extRef"),
                            fields.get("language"),
                            one.unsubscribed() ? 1 : 0,
                            EmbeddedJson.write(one.embedded()),
                            one.created(),
                            one.modified());
                    for (Map.Entry<Integer, Boolean> list : one.lists().entrySet()) {
                        add(member, directory, list.getKey(), one.number(), list.getValue() ? 1 : 0);
                    }

                    for (LiveContact.Event event : one.transactions()) {
                        add(
                                transaction,
                                directory,
                                one.number(),
                                HexFormat.of().parseHex(event.key()),
                                event.happenedAt(),
                                EmbeddedJson.write(event.fields()),
                                ++transactions);
                    }

                    for (LiveContact.Event event : one.touchpoints()) {
                        add(
                                touchpoint,
                                directory,
                                one.number(),
                                HexFormat.of().parseHex(event.key()),
                                event.fields().get("channel"),
                                event.fields().get("kind"),
                                event.happenedAt(),
                                event.fields().get("survey"),
                                event.fields().get("intercept"));
                    }
                }

                contact.executeBatch();
                member.executeBatch();
                transaction.executeBatch();
                touchpoint.executeBatch();
            }

            connection.commit();
        }
    }

    private static void add(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }

        statement.addBatch();
    }

    /** A contact that says little; tests change what they are about. */
    static Builder contact(long number) {
        return new Builder(number);
    }

    /** Makes a contact. */
    static final class Builder {

        private final long number;
        private final Map<String, @Nullable String> fields = new HashMap<>();
        private final Map<String, String> embedded = new HashMap<>();
        private final Map<Integer, Boolean> lists = new HashMap<>();
        private final List<LiveContact.Event> transactions = new java.util.ArrayList<>();
        private final List<LiveContact.Event> touchpoints = new java.util.ArrayList<>();
        private boolean unsubscribed;
        private long created;
        private long modified;

        Builder(long number) {
            this.number = number;
        }

        Builder field(String name, @Nullable String value) {
            fields.put(name, value);
            return this;
        }

        Builder embedded(String name, String value) {
            embedded.put(name, value);
            return this;
        }

        Builder unsubscribed() {
            unsubscribed = true;
            return this;
        }

        Builder created(Instant at) {
            created = at.toEpochMilli();
            return this;
        }

        Builder modified(Instant at) {
            modified = at.toEpochMilli();
            return this;
        }

        Builder onList(int list) {
            lists.put(list, false);
            return this;
        }

        Builder optedOutOf(int list) {
            lists.put(list, true);
            return this;
        }

        Builder transaction(String key, Instant at, Map<String, String> values) {
            transactions.add(new LiveContact.Event(at.toEpochMilli(), key, values));
            return this;
        }

        Builder touchpoint(String key, Instant at, String channel, String kind, Optional<String> survey) {
            return touchpoint(key, at, channel, kind, survey, Optional.empty());
        }

        Builder touchpoint(
                String key,
                Instant at,
                String channel,
                String kind,
                Optional<String> survey,
                Optional<String> intercept) {
            Map<String, String> values = new HashMap<>(Map.of("channel", channel, "kind", kind));
            survey.ifPresent(id -> values.put("survey", id));
            intercept.ifPresent(id -> values.put("intercept", id));
            touchpoints.add(new LiveContact.Event(at.toEpochMilli(), key, values));
            return this;
        }

        LiveContact build() {
            return new LiveContact(
                    number, fields, embedded, unsubscribed, created, modified, lists, transactions, touchpoints);
        }
    }
}
