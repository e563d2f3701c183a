package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Contact;
import io.muster.directory.IdentityKey;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds contacts that share a key of a rule in force with another one: possible duplicates of it. */
public final class SharedKeys {

    private static final String HOLDERS = """
        SELECT number FROM claim WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        UNION
        SELECT number FROM claim_shadow WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        LIMIT :most
        """;

    private static final String KEPT_APART = """
        SELECT o.number
        FROM keep_apart k
        JOIN keep_apart o ON o.directory_id = k.directory_id AND o.apart_id = k.apart_id
        WHERE k.directory_id = ? AND k.number = ?
        """;

    private final JdbcClient jdbc;
    private final IdentityReader identities;

    /** @param jdbc the store of record */
    public SharedKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.identities = new IdentityReader(jdbc);
    }

    /**
     * The other contacts, but for those that are kept apart from it.
     *
     * @param most how many are looked for of each rule
     */
    public SortedSet<Long> with(Contact contact, int most) {
        DirectoryIdentity identity = identities.read(contact.directory());
        Set<Integer> active = identity.rules().stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .map(IdentityRule::id)
                .collect(Collectors.toSet());
        SortedSet<Long> others = new TreeSet<>();
        for (IdentityKey key : identity.keys(contact.profile())) {
            if (active.contains(key.rule())) {
                others.addAll(jdbc.sql(HOLDERS)
                        .param("directory", contact.directory())
                        .param("rule", key.rule())
                        .param("key", key.bytes())
                        .param("most", most + 1)
                        .query(Long.class)
                        .list());
            }
        }

        // A run that is under way holds keys under numbers below 0.
        others.removeIf(number -> number <= 0 || number == contact.number());
        if (!others.isEmpty()) {
            others.removeAll(jdbc.sql(KEPT_APART)
                    .params(contact.directory(), contact.number())
                    .query(Long.class)
                    .list());
        }

        return others;
    }
}
