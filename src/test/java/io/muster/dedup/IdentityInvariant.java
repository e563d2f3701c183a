package io.muster.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.IdentityKey;
import io.muster.directory.StoredContact;
import io.muster.directory.store.ContactColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Recomputes every key of a directory from its contacts and compares with claims and shadows; finds rows that hang on
 * contacts that are gone.
 */
public final class IdentityInvariant {

    private static final List<String> DANGLING = List.of(
            "list_member", "contact_transaction", "transaction_claim", "touchpoint", "touchpoint_claim", "response");

    private final JdbcClient jdbc;

    public IdentityInvariant(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Fails unless every key has one owner among its holders and a shadow for each of the others. */
    public void holds(int directory) {
        assertThat(violations(directory)).isEmpty();
    }

    /** Every breach in words; keys of rules that are not asked for are not looked at. */
    public List<String> violations(int directory) {
        DirectoryIdentity identity = new IdentityReader(jdbc).read(directory);
        Map<IdentityKey, SortedSet<Long>> holders = holders(identity);
        Map<IdentityKey, Long> owners = owners(directory);
        Map<IdentityKey, SortedSet<Long>> shadows = shadows(directory);
        List<String> violations = new ArrayList<>();
        holders.forEach((key, numbers) -> {
            Long owner = owners.get(key);
            SortedSet<Long> others = new TreeSet<>(numbers);
            if (owner == null) {
                violations.add("Nobody owns " + key + ", held by " + numbers);
            } else if (!others.remove(owner)) {
                violations.add(owner + " owns " + key + " but does not hold it; held by " + numbers);
            }

            SortedSet<Long> recorded = shadows.getOrDefault(key, new TreeSet<>());
            if (!others.equals(recorded)) {
                violations.add("Shadows of " + key + " are " + recorded + " and should be " + others);
            }

            if (numbers.size() > 1
                    && identity.referenceRules(Set.of(IdentityRule.State.ACTIVE))
                            .contains(key.rule())) {
                violations.add("A reference stands on several contacts: " + numbers);
            }
        });
        owners.forEach((key, owner) -> {
            if (!holders.containsKey(key)) {
                violations.add(owner + " owns " + key + ", which nobody holds");
            }
        });
        shadows.forEach((key, numbers) -> {
            if (!holders.containsKey(key)) {
                violations.add("Shadows " + numbers + " of " + key + ", which nobody holds");
            }
        });
        violations.addAll(dangling(directory));
        return violations;
    }

    private Map<IdentityKey, SortedSet<Long>> holders(DirectoryIdentity identity) {
        int directory = identity.directory();
        Map<Long, List<String>> aliases = new HashMap<>();
        jdbc.sql("SELECT number, ext_ref FROM contact_alias WHERE directory_id = ?")
                .param(directory)
                .query((row, index) -> aliases.computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                        .add(row.getString(2)))
                .list();
        Map<IdentityKey, SortedSet<Long>> holders = new TreeMap<>();
        Set<Long> contacts = new HashSet<>();
        jdbc.sql("SELECT " + ContactColumns.ALL + " FROM contact WHERE directory_id = ?")
                .param(directory)
                .query((row, index) -> {
                    StoredContact stored = ContactColumns.contact(row);
                    long number = stored.number();
                    contacts.add(number);
                    KeyedContact contact = new KeyedContact(stored, aliases.getOrDefault(number, List.of()), Set.of());
                    for (IdentityKey key : identity.keys(contact)) {
                        holders.computeIfAbsent(key, absent -> new TreeSet<>()).add(number);
                    }

                    return number;
                })
                .list();
        jdbc.sql("SELECT number, key_hash FROM content_claim WHERE directory_id = ?")
                .param(directory)
                .query((row, index) -> holders.computeIfAbsent(
                                IdentityKey.of(IdentityKey.CONTENT_RULE, row.getBytes(2)), absent -> new TreeSet<>())
                        .add(row.getLong(1)))
                .list();
        assertThat(contacts).as("aliases hang on contacts").containsAll(aliases.keySet());
        return holders;
    }

    private Map<IdentityKey, Long> owners(int directory) {
        Map<IdentityKey, Long> owners = new HashMap<>();
        jdbc.sql("SELECT rule_id, key_hash, number FROM claim WHERE directory_id = ?")
                .param(directory)
                .query((row, index) -> owners.put(IdentityKey.of(row.getInt(1), row.getBytes(2)), row.getLong(3)))
                .list();
        return owners;
    }

    private Map<IdentityKey, SortedSet<Long>> shadows(int directory) {
        Map<IdentityKey, SortedSet<Long>> shadows = new HashMap<>();
        jdbc.sql("SELECT rule_id, key_hash, number FROM claim_shadow WHERE directory_id = ?")
                .param(directory)
                .query((row, index) -> shadows.computeIfAbsent(
                                IdentityKey.of(row.getInt(1), row.getBytes(2)), absent -> new TreeSet<>())
                        .add(row.getLong(3)))
                .list();
        return shadows;
    }

    private List<String> dangling(int directory) {
        List<String> violations = new ArrayList<>();
        for (String table : DANGLING) {
            jdbc.sql("SELECT DISTINCT t.number FROM " + table
                            + " t LEFT JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number"
                            + " WHERE t.directory_id = ? AND c.number IS NULL")
                    .param(directory)
                    .query(Long.class)
                    .list()
                    .forEach(number -> violations.add(table + " hangs on the missing contact " + number));
        }

        unclaimed(directory, "contact_transaction", "transaction_claim", "transaction_key", violations);
        unclaimed(directory, "touchpoint", "touchpoint_claim", "touchpoint_key", violations);
        return violations;
    }

    /** Records and claims of their keys belong together, one to one. */
    private void unclaimed(int directory, String table, String claims, String key, List<String> violations) {
        Map<String, String> others = Map.of(table, claims, claims, table);
        others.forEach((from, to) -> jdbc.sql("SELECT COUNT(*) FROM " + from + " t LEFT JOIN " + to
                        + " c ON c.directory_id = t.directory_id AND c." + key + " = t." + key
                        + " AND c.number = t.number WHERE t.directory_id = ? AND c.number IS NULL")
                .param(directory)
                .query(Long.class)
                .optional()
                .filter(count -> count > 0)
                .ifPresent(count -> violations.add(count + " rows of " + from + " have no row in " + to)));
    }
}
