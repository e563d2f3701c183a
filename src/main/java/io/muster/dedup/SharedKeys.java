package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.IdentityKey;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds contacts that share a key of a rule in force with another one: possible duplicates of it. */
public final class SharedKeys {

    private static final String HOLDERS = """
        (SELECT number FROM claim WHERE directory_id = :directory AND rule_id = %1$d AND key_hash = :key%1$d)
        UNION
        (SELECT number FROM claim_shadow WHERE directory_id = :directory AND rule_id = %1$d AND key_hash = :key%1$d
        LIMIT :most)
        """;

    private static final String KEPT_APART = """
        SELECT o.number
        FROM keep_apart k
        JOIN keep_apart o ON o.directory_id = k.directory_id AND o.apart_id = k.apart_id
        WHERE k.directory_id = ? AND k.number = ?
        """;

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public SharedKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The other contacts, but for those that are kept apart from it.
     *
     * @param directory the directory of the contact, with its rules
     * @param most how many are looked for of each rule
     */
    public SortedSet<Long> with(Directory directory, List<IdentityRule> rules, Contact contact, int most) {
        DirectoryIdentity identity = new DirectoryIdentity(directory.number(), directory.settings(), rules);
        Set<Integer> active = rules.stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .map(IdentityRule::id)
                .collect(Collectors.toSet());
        List<IdentityKey> keys = identity.keys(contact.profile()).stream()
                .filter(key -> active.contains(key.rule()))
                .toList();
        if (keys.isEmpty()) {
            return new TreeSet<>();
        }

        SortedSet<Long> others = new TreeSet<>(jdbc.sql(
                        keys.stream().map(key -> HOLDERS.formatted(key.rule())).collect(Collectors.joining(" UNION ")))
                .param("directory", contact.directory())
                .param("most", most + 1)
                .params(keys.stream().collect(Collectors.toMap(key -> "key" + key.rule(), IdentityKey::bytes)))
                .query(Long.class)
                .list());
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
