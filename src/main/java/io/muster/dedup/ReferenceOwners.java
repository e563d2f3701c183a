package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds the contacts of many references at once, those that merges have given them among them. It goes by the keys of an
 * active rule of the reference alone, which every directory has that a project is linked to; without one it finds nobody.
 */
final class ReferenceOwners {

    private static final String OWNERS = """
        SELECT key_hash, number FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash IN (:keys)
        """;

    private final JdbcClient jdbc;
    private final IdentityReader identities;

    ReferenceOwners(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.identities = new IdentityReader(jdbc);
    }

    /** The number of the contact that owns each reference; one that nobody owns is left out. */
    Map<String, Long> of(int directory, Collection<String> references) {
        if (references.isEmpty()) {
            return Map.of();
        }

        Optional<IdentityRule> rule = identities.rules(directory).stream()
                .filter(one -> one.state() == IdentityRule.State.ACTIVE && one.ofReferenceAlone() && isExact(one))
                .findFirst();
        return rule.map(found -> of(directory, found, references)).orElse(Map.of());
    }

    /** Whether references are compared with case, as snapshots compare them. */
    private static boolean isExact(IdentityRule rule) {
        return rule.fields().equals(List.of("extRef"));
    }

    private Map<String, Long> of(int directory, IdentityRule rule, Collection<String> references) {
        KeyMaker maker = new KeyMaker(List.of(rule), UnaryOperator.identity(), List.of());
        Map<IdentityKey, String> keys = new HashMap<>();
        references.forEach(reference -> keys.put(Objects.requireNonNull(maker.referenceKey(0, reference)), reference));
        Map<String, Long> owners = new HashMap<>();
        jdbc.sql(OWNERS)
                .param("directory", directory)
                .param("rule", rule.id())
                .param("keys", keys.keySet().stream().map(IdentityKey::bytes).toList())
                .query(row -> {
                    String reference = keys.get(IdentityKey.of(rule.id(), row.getBytes(1)));
                    if (reference != null) {
                        owners.put(reference, row.getLong(2));
                    }
                });
        return owners;
    }
}
