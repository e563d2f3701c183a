package io.muster.dedup.merge;

import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.Ownership;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gives some contacts their keys under rules that wait. Keys come first, in their order, then the contacts are locked;
 * when one of them has changed since it was read, the block is done again. Their versions move, as for a writer who read a
 * contact before its key was there the contact is another one now.
 */
final class RekeyBlock {

    private static final int ROWS_AT_A_TIME = 500;

    private static final String PROGRESS = """
        SELECT MIN(COALESCE(p.next_number, 0))
        FROM identity_rule r
        LEFT JOIN rekey_progress p ON p.directory_id = r.directory_id AND p.rule_id = r.rule_id
        WHERE r.directory_id = :directory AND r.rule_id IN (:rules)
        """;

    private static final String NUMBERS = """
        SELECT number
        FROM contact
        WHERE directory_id = :directory AND number >= :from
        ORDER BY number
        LIMIT :limit
        """;

    private static final String OWNERS = """
        SELECT rule_id, key_hash, number
        FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash IN (:keys)
        ORDER BY key_hash
        FOR UPDATE
        """;

    private static final String WRITE_PROGRESS = """
        INSERT INTO rekey_progress (directory_id, rule_id, next_number, updated_at)
        VALUES (:directory, :rule, :next, :now)
        ON DUPLICATE KEY UPDATE next_number = :next, updated_at = :now
        """;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final IdentityReader identities;
    private final ContactRows contacts;
    private final ChangeStream changes;

    /**
     * A block that was done.
     *
     * @param next contacts below this number are done
     * @param last whether there are no contacts above
     */
    record Done(long next, boolean last) {}

    private record Held(IdentityKey key, long number) {}

    RekeyBlock(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        identities = new IdentityReader(jdbc);
        contacts = new ContactRows(jdbc);
        changes = new ChangeStream(jdbc);
    }

    /** The next contacts, in the running transaction; how far it came is committed with the keys. */
    Done key(int directory, List<IdentityRule> pending, int limit) {
        DirectoryIdentity identity = identities.readShared(directory);
        List<Integer> rules = identity.rules().stream()
                .filter(pending::contains)
                .map(IdentityRule::id)
                .toList();
        if (rules.isEmpty()) {
            return new Done(0, true);
        }

        long from = from(directory, rules);
        List<Long> numbers = jdbc.sql(NUMBERS)
                .param("directory", directory)
                .param("from", from)
                .param("limit", limit)
                .query(Long.class)
                .list();
        if (!numbers.isEmpty()) {
            key(identity, Set.copyOf(rules), contacts.read(directory, numbers));
        }

        long next = numbers.isEmpty() ? from : numbers.getLast() + 1;
        for (int rule : rules) {
            jdbc.sql(WRITE_PROGRESS)
                    .param("directory", directory)
                    .param("rule", rule)
                    .param("next", next)
                    .param("now", clock.millis())
                    .update();
        }

        return new Done(next, numbers.size() < limit);
    }

    /** The lowest of what the rules have reached; a rule without any row has reached nothing. */
    private long from(int directory, List<Integer> rules) {
        return jdbc.sql(PROGRESS)
                .param("directory", directory)
                .param("rules", rules)
                .query(Long.class)
                .single();
    }

    private void key(DirectoryIdentity identity, Set<Integer> rules, SortedMap<Long, KeyedContact> block) {
        int directory = identity.directory();
        List<Held> held = new ArrayList<>();
        block.values()
                .forEach(contact -> identity.keys(contact).stream()
                        .filter(key -> rules.contains(key.rule()))
                        .forEach(key -> held.add(new Held(key, contact.number()))));
        held.sort(Comparator.comparing(Held::key).thenComparingLong(Held::number));

        List<Held> lost = new ArrayList<>();
        for (int i = 0; i < held.size(); i += ROWS_AT_A_TIME) {
            List<Held> some = held.subList(i, Math.min(held.size(), i + ROWS_AT_A_TIME));
            if (insertClaims(directory, some) < some.size()) {
                lost.addAll(withoutOwners(directory, some));
            }
        }

        for (int i = 0; i < lost.size(); i += ROWS_AT_A_TIME) {
            insertShadows(directory, lost.subList(i, Math.min(lost.size(), i + ROWS_AT_A_TIME)));
        }

        contacts.lockUnchanged(directory, block.values());
        // A writer that read one of them before found no claim of its own to give up; now it has to look again.
        Set<Long> keyed = held.stream().map(Held::number).collect(Collectors.toSet());
        if (!keyed.isEmpty()) {
            contacts.moveVersions(directory, keyed);
            changes.note(directory, keyed.stream().mapToLong(Long::longValue), Set.of(ChangeKind.KEYS), clock.millis());
        }
    }

    private int insertClaims(int directory, List<Held> some) {
        String rows = some.stream().map(held -> "(?, ?, ?, ?)").collect(Collectors.joining(", "));
        List<Object> values = new ArrayList<>(some.size() * 4);
        some.forEach(held ->
                values.addAll(List.of(directory, held.key().rule(), held.key().bytes(), held.number())));
        return jdbc.sql("INSERT IGNORE INTO claim (directory_id, rule_id, key_hash, number) VALUES " + rows)
                .params(values)
                .update();
    }

    private void insertShadows(int directory, List<Held> some) {
        String rows = some.stream().map(held -> "(?, ?, ?, ?, ?)").collect(Collectors.joining(", "));
        List<Object> values = new ArrayList<>(some.size() * 5);
        some.forEach(held -> values.addAll(
                List.of(directory, held.key().rule(), held.key().bytes(), held.number(), clock.millis())));
        jdbc.sql("INSERT IGNORE INTO claim_shadow (directory_id, rule_id, key_hash, number, created_at) VALUES " + rows)
                .params(values)
                .update();
    }

    /** Those whose key another contact owns; the claims are locked until the shadows are written. */
    private List<Held> withoutOwners(int directory, List<Held> some) {
        Map<Integer, List<byte[]>> keys = new HashMap<>();
        some.forEach(held -> keys.computeIfAbsent(held.key().rule(), absent -> new ArrayList<>())
                .add(held.key().bytes()));
        Map<IdentityKey, Long> owners = new HashMap<>();
        keys.keySet().stream()
                .sorted()
                .forEach(rule -> jdbc.sql(OWNERS)
                        .param("directory", directory)
                        .param("rule", rule)
                        .param("keys", keys.get(rule))
                        .query((row, index) ->
                                owners.put(IdentityKey.of(row.getInt(1), row.getBytes(2)), row.getLong(3)))
                        .list());
        List<Held> lost = new ArrayList<>();
        for (Held held : some) {

            switch (Ownership.gain(owners.getOrDefault(held.key(), KeyOwner.NOBODY), held.number(), false)) {
                case OWNS -> throw new LockRetry.Stale("A key was given up meanwhile");
                case HAS -> {
                    // Its own.
                }
                default -> lost.add(held);
            }
        }

        return lost;
    }
}
