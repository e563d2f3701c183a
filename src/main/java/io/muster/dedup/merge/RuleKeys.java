package io.muster.dedup.merge;

import io.muster.dedup.rules.IdentityRule;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the keys of identity rules have come, and how many of them several contacts hold. */
public final class RuleKeys {

    /** So many are counted, so that it takes no longer in a large directory. */
    public static final int COUNTED = 1_000;

    private static final String END = "SELECT next_number - 1 FROM directory WHERE id = :directory";

    private static final String PROGRESS =
            "SELECT rule_id, next_number FROM rekey_progress WHERE directory_id = :directory";

    private static final String SHARED = """
        SELECT %1$d, COUNT(*) FROM (
          SELECT DISTINCT key_hash FROM claim_shadow WHERE directory_id = :directory AND rule_id = %1$d LIMIT %2$d) r%1$d
        """;

    private final JdbcClient jdbc;

    /**
     * How a rule stands.
     *
     * @param done contact numbers up to here have their keys; all of them for a rule that matches
     * @param end the highest contact number
     * @param shared keys that several contacts hold; {@link #COUNTED} for so many or more
     */
    public record Standing(long done, long end, long shared) {}

    RuleKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The highest contact number that a directory has given out. */
    public long numbers(int directory) {
        return jdbc.sql(END).param("directory", directory).query(Long.class).single();
    }

    /** How the rules of a directory stand, by their numbers. */
    public Map<Integer, Standing> of(int directory, List<IdentityRule> rules) {
        if (rules.isEmpty()) {
            return Map.of();
        }

        long end = numbers(directory);
        Map<Integer, Long> progress = new HashMap<>();
        jdbc.sql(PROGRESS).param("directory", directory).query(row -> {
            progress.put(row.getInt(1), row.getLong(2) - 1);
        });
        Map<Integer, Long> shared = shared(directory, rules);
        return rules.stream()
                .collect(Collectors.toMap(
                        IdentityRule::id,
                        rule -> new Standing(
                                rule.state() == IdentityRule.State.ACTIVE
                                        ? end
                                        : Math.clamp(progress.getOrDefault(rule.id(), 0L), 0, end),
                                end,
                                shared.getOrDefault(rule.id(), 0L))));
    }

    private Map<Integer, Long> shared(int directory, Collection<IdentityRule> rules) {
        Map<Integer, Long> shared = new HashMap<>();
        jdbc.sql(rules.stream()
                        .map(rule -> SHARED.formatted(rule.id(), COUNTED))
                        .collect(Collectors.joining(" UNION ALL ")))
                .param("directory", directory)
                .query(row -> {
                    shared.put(row.getInt(1), row.getLong(2));
                });
        return shared;
    }
}
