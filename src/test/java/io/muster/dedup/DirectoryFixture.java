package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** A directory for one test, written with plain SQL. */
public final class DirectoryFixture {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;
    private final int id;

    private DirectoryFixture(JdbcClient jdbc, int id) {
        this.jdbc = jdbc;
        this.id = id;
    }

    /** A directory with these active rules, written {@code email,lastName}. */
    public static DirectoryFixture create(JdbcClient jdbc, String... rules) {
        String name = "d" + System.nanoTime();
        jdbc.sql("INSERT INTO directory (name, time_zone, settings, created_at) VALUES (?, 'UTC', '{}', 0)")
                .param(name)
                .update();
        int id = jdbc.sql("SELECT id FROM directory WHERE name = ?")
                .param(name)
                .query(Integer.class)
                .single();
        DirectoryFixture fixture = new DirectoryFixture(jdbc, id);
        for (String rule : rules) {
            fixture.addRule(rule, IdentityRule.State.ACTIVE);
        }

        return fixture;
    }

    public int id() {
        return id;
    }

    public int addRule(String rule, IdentityRule.State state) {
        jdbc.sql("UPDATE directory SET next_rule = next_rule + 1 WHERE id = ?")
                .param(id)
                .update();
        int number = jdbc.sql("SELECT next_rule - 1 FROM directory WHERE id = ?")
                .param(id)
                .query(Integer.class)
                .single();
        jdbc.sql("INSERT INTO identity_rule (directory_id, rule_id, position, fields, state, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, 0)")
                .params(id, number, number, JSON.writeValueAsString(IdentityRule.parse(rule)), state.name())
                .update();
        return number;
    }

    public DirectoryFixture settings(String json) {
        jdbc.sql("UPDATE directory SET settings = ? WHERE id = ?")
                .params(json, id)
                .update();
        return this;
    }

    public int addList(String name) {
        jdbc.sql("INSERT INTO mailing_list (directory_id, name, created_at) VALUES (?, ?, 0)")
                .params(id, name)
                .update();
        return jdbc.sql("SELECT id FROM mailing_list WHERE directory_id = ? AND name = ?")
                .params(id, name)
                .query(Integer.class)
                .single();
    }

    public void addTransaction(long number, String key) {
        byte[] bytes = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 16);
        jdbc.sql("UPDATE directory SET next_transaction = next_transaction + 1 WHERE id = ?")
                .param(id)
                .update();
        jdbc.sql("INSERT INTO contact_transaction (directory_id, number, transaction_key, happened_at, recorded_at,"
                        + " source, transaction_no)"
                        + " SELECT id, ?, ?, 0, 0, 'manual', next_transaction - 1 FROM directory WHERE id = ?")
                .params(number, bytes, id)
                .update();
        jdbc.sql("INSERT INTO transaction_claim (directory_id, transaction_key, number) VALUES (?, ?, ?)")
                .params(id, bytes, number)
                .update();
    }

    public void addTouchpoint(long number, String key) {
        byte[] bytes = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 16);
        jdbc.sql("INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at,"
                        + " recorded_at, source) VALUES (?, ?, ?, 'email', 'sent', 0, 0, 'manual')")
                .params(id, number, bytes)
                .update();
        jdbc.sql("INSERT INTO touchpoint_claim (directory_id, touchpoint_key, number) VALUES (?, ?, ?)")
                .params(id, bytes, number)
                .update();
    }

    public void addResponse(long number, String response) {
        jdbc.sql("INSERT INTO response (project_id, response_id, intercept_id, directory_id, number, happened_at,"
                        + " recorded_at, verified, answers, embedded) VALUES (?, ?, 1, ?, ?, 0, 0, 1, '{}', '{}')")
                .params(1_000 + id, response, id, number)
                .update();
    }

    public Map<String, Object> contact(long number) {
        return jdbc.sql("SELECT * FROM contact WHERE directory_id = ? AND number = ?")
                .params(id, number)
                .query()
                .singleRow();
    }

    public List<Long> numbers() {
        return jdbc.sql("SELECT number FROM contact WHERE directory_id = ? ORDER BY number")
                .param(id)
                .query(Long.class)
                .list();
    }

    public long count(String table) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ?")
                .param(id)
                .query(Long.class)
                .single();
    }

    /** The owner of the only key of a rule. */
    public long owner(int rule) {
        return jdbc.sql("SELECT number FROM claim WHERE directory_id = ? AND rule_id = ?")
                .params(id, rule)
                .query(Long.class)
                .single();
    }

    /** A record written {@code email, "a@b.example", "embedded.plan", "gold"}. */
    public static IncomingContact record(String... pairs) {
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        Map<String, String> embedded = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].startsWith("embedded.")) {
                embedded.put(pairs[i].substring(9), pairs[i + 1]);
            } else {
                fields.put(ContactField.byKey(pairs[i]).orElseThrow(), pairs[i + 1]);
            }
        }

        return new IncomingContact(fields, embedded, OptOut.UNSAID);
    }

    /** A change written like {@link #record}. */
    public static ContactChange change(String... pairs) {
        IncomingContact record = record(pairs);
        return ContactChange.of(record.fields(), record.embedded());
    }
}
