package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.changes.DirectoryGate;
import io.muster.directory.store.SettingsJson;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads how a directory recognises contacts. Rules and contacts change side by side, so whoever writes contacts reads
 * the rules behind {@link #readShared}: a new rule is then either seen by the writer, or its re-key sees the writer's
 * contacts.
 */
public final class IdentityReader {

    private static final String SETTINGS = "SELECT settings FROM directory WHERE id = :directory";

    private static final String RULES = """
        SELECT directory_id, rule_id, fields, state
        FROM identity_rule
        WHERE directory_id IN (:directories) AND state IN ('PENDING', 'ACTIVE')
        ORDER BY directory_id, position, rule_id
        """;

    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final DirectoryGate gate;

    /** @param jdbc the store of record */
    public IdentityReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.gate = new DirectoryGate(jdbc);
    }

    /** The rules and settings of this moment, for looking only. */
    public DirectoryIdentity read(int directory) {
        String settings = jdbc.sql(SETTINGS)
                .param("directory", directory)
                .query(String.class)
                .optional()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DIRECTORY", "Cannot read the identity rules: the directory is gone."));
        return new DirectoryIdentity(directory, SettingsJson.read(settings), rules(directory));
    }

    /** The rules in the order they are tried, pending ones included. */
    List<IdentityRule> rules(int directory) {
        return rules(List.of(directory)).getOrDefault(directory, List.of());
    }

    /** The same of several directories, by their numbers; those without rules are left out. */
    Map<Integer, List<IdentityRule>> rules(Collection<Integer> directories) {
        Map<Integer, List<IdentityRule>> rules = new HashMap<>();
        if (!directories.isEmpty()) {
            jdbc.sql(RULES).param("directories", directories).query(row -> {
                rules.computeIfAbsent(row.getInt("directory_id"), directory -> new ArrayList<>())
                        .add(new IdentityRule(
                                row.getInt("rule_id"),
                                JsonMapper.shared().readValue(row.getString("fields"), TEXTS),
                                IdentityRule.State.valueOf(row.getString("state"))));
            });
        }

        return rules;
    }

    /** The same within a transaction that writes contacts: until it ends, nobody passes {@link #lockExclusive}. */
    public DirectoryIdentity readShared(int directory) {
        gate.lockShared(directory);
        return read(directory);
    }

    /** Within a transaction: waits until every writer that may not have seen the present rules has ended. */
    public void lockExclusive(int directory) {
        gate.lockExclusive(directory);
    }
}
