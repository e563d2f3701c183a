package io.muster.dedup.merge;

import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.merge.PossibleGroup.Shared;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Possible duplicates for people who look at them: some at a time in the order of the rules and their keys, or one group with
 * everything that connects it. What a person decides of a group, to merge it or to keep it apart, is done here as well.
 */
public final class PossibleDuplicates {

    /** Of one rule; what comes first of several is asked for at once. */
    private static final String SHADOWS = """
        (SELECT s.rule_id, s.key_hash, s.number AS shadow, c.number AS owner
        FROM claim_shadow s
        JOIN claim c ON c.directory_id = s.directory_id AND c.rule_id = s.rule_id AND c.key_hash = s.key_hash
        WHERE s.directory_id = :directory AND s.rule_id = %1$d AND s.key_hash > :after%1$d
        ORDER BY s.key_hash, s.number
        LIMIT :most)
        """;

    /** What keeps contacts apart, and the lists that they are on. */
    private static final String BESIDE = """
        SELECT number, 0 AS part, apart_id AS id, 0 AS unsubscribed
        FROM keep_apart
        WHERE directory_id = :directory AND number IN (:numbers)
        UNION ALL
        SELECT m.number, 1, m.list_id, m.unsubscribed
        FROM mailing_list l
        JOIN list_member m ON m.directory_id = l.directory_id AND m.list_id = l.id
        WHERE l.directory_id = :directory AND m.number IN (:numbers)
        ORDER BY number, part, id
        """;

    /** Of one rule; those of all rules are asked for at once. */
    private static final String HOLDERS = """
        (SELECT number
        FROM claim
        WHERE directory_id = :directory AND rule_id = %1$d AND key_hash IN (:keys%1$d))
        UNION ALL
        (SELECT number
        FROM claim_shadow
        WHERE directory_id = :directory AND rule_id = %1$d AND key_hash IN (:keys%1$d)
        LIMIT %2$d)
        """;

    private static final int ROWS = 200;

    /** How often it is read on before an empty page is given. */
    private static final int TRIES = 4;

    private static final int EXAMPLES = 3;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final ContactRows contacts;
    private final KeepApart apart;
    private final GroupMerge merges;
    private final LockRetry transactions;
    private final Audit audit;

    /**
     * A place between two keys.
     *
     * @param rule the number of the rule
     * @param key the key before it
     */
    public record Place(int rule, IdentityKey key) {}

    /**
     * Some groups.
     *
     * @param next where the next ones begin; null when there are none
     */
    public record Part(List<PossibleGroup> groups, @Nullable Place next) {

        /** Copies the list. */
        public Part {
            groups = List.copyOf(groups);
        }
    }

    /**
     * A merge that was made.
     *
     * @param merge its numeric id
     */
    public record Made(long merge, long survivor) {}

    /**
     * The holders of a key.
     *
     * @param tooMany whether more hold it than a group may have
     */
    private record Held(IdentityKey key, SortedSet<Long> numbers, boolean tooMany) {}

    /** Some keys that several contacts hold. */
    private record Keys(List<Held> held, @Nullable Place next) {}

    PossibleDuplicates(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        contacts = new ContactRows(jdbc);
        apart = new KeepApart(jdbc);
        merges = new GroupMerge(jdbc, manager, clock, ids);
        transactions = new LockRetry(manager);
        audit = new Audit(jdbc, clock);
    }

    /**
     * Some groups, each where the first of its keys is.
     *
     * @param rule the number of the only rule that connects; null for all that match
     * @param after where the part before ended; null for the first ones
     */
    public Part some(DirectoryIdentity identity, @Nullable Integer rule, @Nullable Place after, int most) {
        Predicate<IdentityRule> scope =
                one -> rule == null ? one.state() == IdentityRule.State.ACTIVE : one.id() == rule;
        List<IdentityRule> rules = identity.rules().stream().filter(scope).toList();
        Place place = after;
        Part part = new Part(List.of(), null);
        for (int i = 0; i < TRIES; i++) {
            Keys keys = keys(identity, rules, place, most);
            part = new Part(groups(identity, scope, rules, keys.held(), place), keys.next());
            place = keys.next();
            if (!part.groups().isEmpty() || place == null) {
                return part;
            }
        }

        return part;
    }

    private Keys keys(DirectoryIdentity identity, List<IdentityRule> rules, @Nullable Place after, int most) {
        List<Held> held = new ArrayList<>();
        int first = after == null ? 0 : Math.max(0, index(rules, after.rule()));
        Map<Integer, byte[]> from = new LinkedHashMap<>();
        for (IdentityRule rule : rules.subList(first, rules.size())) {
            from.put(
                    rule.id(),
                    after != null && after.rule() == rule.id() ? after.key().bytes() : new byte[0]);
        }

        Map<Integer, Read> read = read(identity, from);
        for (int rule : from.keySet()) {
            Read some = Objects.requireNonNull(read.get(rule));
            held.addAll(some.held());
            while (held.size() <= most && !some.end()) {
                byte[] on = some.held().getLast().key().bytes();
                some = Objects.requireNonNull(read(identity, Map.of(rule, on)).get(rule));
                held.addAll(some.held());
            }

            if (held.size() > most) {
                break;
            }
        }

        if (held.size() <= most) {
            return new Keys(held, null);
        }

        IdentityKey last = held.get(most - 1).key();
        return new Keys(held.subList(0, most), new Place(last.rule(), last));
    }

    private static int index(List<IdentityRule> rules, int rule) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).id() == rule) {
                return i;
            }
        }

        return -1;
    }

    /** Some keys of a rule, and whether they are the last ones. */
    private record Read(List<Held> held, boolean end) {}

    /**
     * Keys of rules with all their holders, in order, by the rules' numbers; one with very many is said to have too many.
     *
     * @param from the keys of each rule after which it is read
     */
    private Map<Integer, Read> read(DirectoryIdentity identity, Map<Integer, byte[]> from) {
        int maxGroup = identity.settings().maxGroup();
        int limit = Math.max(ROWS, maxGroup + 1);
        Map<Integer, SortedMap<IdentityKey, SortedSet<Long>>> holders = new HashMap<>();
        Map<Integer, Integer> rows = new HashMap<>();
        if (!from.isEmpty()) {
            Map<String, byte[]> places = new HashMap<>();
            from.forEach((rule, key) -> places.put("after" + rule, key));
            jdbc.sql(from.keySet().stream().map(SHADOWS::formatted).collect(Collectors.joining(" UNION ALL "))
                            + " ORDER BY rule_id, key_hash, shadow")
                    .param("directory", identity.directory())
                    .param("most", limit)
                    .params(places)
                    .query(row -> {
                        int rule = row.getInt(1);
                        rows.merge(rule, 1, Integer::sum);
                        SortedSet<Long> numbers = holders.computeIfAbsent(rule, absent -> new TreeMap<>())
                                .computeIfAbsent(IdentityKey.of(rule, row.getBytes(2)), absent -> new TreeSet<>());
                        numbers.add(row.getLong(3));
                        if (KeyOwner.isContact(row.getLong(4))) {
                            numbers.add(row.getLong(4));
                        }
                    });
        }

        Map<Integer, Read> read = new HashMap<>();
        for (int rule : from.keySet()) {
            boolean end = rows.getOrDefault(rule, 0) < limit;
            SortedMap<IdentityKey, SortedSet<Long>> keys = holders.getOrDefault(rule, new TreeMap<>());
            // The last key may have more holders than were read.
            if (!end && keys.size() > 1) {
                keys.remove(keys.lastKey());
            }

            read.put(
                    rule,
                    new Read(
                            keys.entrySet().stream()
                                    .map(entry -> new Held(
                                            entry.getKey(),
                                            entry.getValue(),
                                            entry.getValue().size() > maxGroup))
                                    .toList(),
                            end));
        }

        return read;
    }

    private List<PossibleGroup> groups(
            DirectoryIdentity identity,
            Predicate<IdentityRule> scope,
            List<IdentityRule> rules,
            List<Held> held,
            @Nullable Place after) {
        int directory = identity.directory();
        int maxGroup = identity.settings().maxGroup();
        Set<Long> numbers = new HashSet<>();
        held.forEach(one -> one.numbers().stream()
                .limit(one.tooMany() ? EXAMPLES : Integer.MAX_VALUE)
                .forEach(numbers::add));
        SortedMap<Long, KeyedContact> present = contacts.read(directory, numbers);
        if (present.isEmpty()) {
            return List.of();
        }

        SharedKeys keys = new SharedKeys(identity, scope, present);
        Groups found = keys.groups(apart.of(directory, present.keySet()));
        Map<IdentityKey, Integer> places = new HashMap<>();
        for (int i = 0; i < held.size(); i++) {
            places.put(held.get(i).key(), i);
        }

        SortedMap<Integer, PossibleGroup> groups = new TreeMap<>();
        for (int group = 0; group < found.size(); group++) {
            List<Long> members = found.numbers(group);
            List<SharedKeys.Shared> shared = keys.shared(members);
            // Those with an earlier key were there already.
            boolean shown = after != null && shared.stream().anyMatch(one -> isBefore(rules, one.key(), after));
            int place = shared.stream()
                    .mapToInt(one -> places.getOrDefault(one.key(), Integer.MAX_VALUE))
                    .min()
                    .orElse(Integer.MAX_VALUE);
            if (!shown && place < Integer.MAX_VALUE) {
                groups.put(
                        place,
                        group(
                                keys,
                                present,
                                members,
                                shared,
                                members.size() > maxGroup
                                        || held.stream()
                                                .anyMatch(one -> one.tooMany()
                                                        && shared.stream()
                                                                .anyMatch(other -> other.key()
                                                                        .equals(one.key())))));
            }
        }

        return List.copyOf(groups.values());
    }

    private static boolean isBefore(List<IdentityRule> rules, IdentityKey key, Place place) {
        int left = index(rules, key.rule());
        int right = index(rules, place.rule());
        return left < right || (left == right && key.compareTo(place.key()) <= 0);
    }

    private static PossibleGroup group(
            SharedKeys keys,
            SortedMap<Long, KeyedContact> present,
            List<Long> members,
            List<SharedKeys.Shared> shared,
            boolean tooLarge) {
        return new PossibleGroup(
                members.stream()
                        .map(number -> Objects.requireNonNull(present.get(number)))
                        .toList(),
                shared.stream()
                        .map(one -> new Shared(one.rule(), keys.values(one), one.contacts()))
                        .toList(),
                tooLarge);
    }

    /**
     * Everything that is connected with a contact, directly or through others.
     *
     * @param without contacts that are left out
     * @return empty when the directory has no such contact
     */
    public Optional<Reviewed> around(
            DirectoryIdentity identity, MergeScope scope, long number, Collection<Long> without) {
        int directory = identity.directory();
        int maxGroup = identity.settings().maxGroup();
        SortedMap<Long, KeyedContact> present = new TreeMap<>();
        Set<IdentityKey> asked = new HashSet<>();
        Set<Long> next = Set.of(number);
        boolean tooMany = false;
        while (!next.isEmpty() && !tooMany) {
            SortedMap<Long, KeyedContact> more = contacts.read(directory, next);
            present.putAll(more);
            tooMany = present.size() > maxGroup;
            next = tooMany ? new HashSet<>() : holders(identity, scope, more.values(), asked, maxGroup);
            next.removeAll(present.keySet());
            next.removeAll(without);
        }

        KeyedContact about = present.get(number);
        if (about == null) {
            return Optional.empty();
        }

        SharedKeys keys = new SharedKeys(identity, rule -> scope.includes(rule.state()), present);
        Beside beside = beside(directory, present.keySet());
        Groups groups = keys.groups(beside.apart());
        List<Long> members = List.of(number);
        for (int group = 0; group < groups.size(); group++) {
            if (groups.numbers(group).contains(number)) {
                members = groups.numbers(group);
            }
        }

        boolean large = members.size() > maxGroup;
        List<Long> shown = large ? members.subList(0, maxGroup) : members;
        PossibleGroup group = group(keys, present, shown, keys.shared(shown), large);
        MergedValues after = MergedValues.of(group.contacts().getFirst(), group.contacts());
        beside.lists().keySet().retainAll(shown);
        return Optional.of(
                new Reviewed(group, after.values(), after.aliases(), beside.lists(), present.size() > members.size()));
    }

    /** Who else holds a key of some contacts. */
    private Set<Long> holders(
            DirectoryIdentity identity,
            MergeScope scope,
            Collection<KeyedContact> some,
            Set<IdentityKey> asked,
            int maxGroup) {
        List<String> statements = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        for (IdentityRule rule : identity.rules()) {
            List<byte[]> keys = some.stream()
                    .flatMap(contact -> identity.keys(contact).stream())
                    .filter(key -> key.rule() == rule.id() && scope.includes(rule.state()) && asked.add(key))
                    .map(IdentityKey::bytes)
                    .toList();
            if (!keys.isEmpty()) {
                statements.add(HOLDERS.formatted(rule.id(), (maxGroup + 1) * keys.size()));
                values.put("keys" + rule.id(), keys);
            }
        }

        if (statements.isEmpty()) {
            return new HashSet<>();
        }

        return jdbc
                .sql(String.join(" UNION ALL ", statements))
                .param("directory", identity.directory())
                .params(values)
                .query(Long.class)
                .list()
                .stream()
                .filter(KeyOwner::isContact)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private record Beside(Map<Long, Set<Long>> apart, Map<Long, List<Reviewed.OnList>> lists) {}

    private Beside beside(int directory, Collection<Long> numbers) {
        Beside beside = new Beside(new HashMap<>(), new HashMap<>());
        jdbc.sql(BESIDE).param("directory", directory).param("numbers", numbers).query(row -> {
            long number = row.getLong(1);
            if (row.getInt(2) == 0) {
                beside.apart()
                        .computeIfAbsent(number, absent -> new HashSet<>())
                        .add(row.getLong(3));
            } else {
                beside.lists()
                        .computeIfAbsent(number, absent -> new ArrayList<>())
                        .add(new Reviewed.OnList(row.getInt(3), row.getInt(4) != 0));
            }
        });
        return beside;
    }

    /**
     * Makes one of contacts as they were seen. Asked for again, it answers as the first time.
     *
     * @param seen the contacts with the versions that were seen
     * @throws Refusal when one of them has changed since, or when they do not belong together any more
     */
    public Made merge(int directory, MergeScope scope, SortedMap<Long, Integer> seen, Actor actor) {
        GroupMerge.Merged merged = merges.mergeSeen(directory, scope, seen, actor);
        return new Made(merged.merge(), merged.survivor());
    }

    /** Has these contacts never merged with each other, until that is taken back; a second time it changes nothing. */
    public void keepApart(Directory directory, SortedSet<Long> numbers, Actor actor) {
        int number = directory.number();
        transactions.inTransaction(status -> {
            Map<Long, Integer> there = contacts.lock(number, numbers);
            if (there.size() < 2) {
                throw Refusal.conflict(
                        "CONTACT_GONE",
                        "Cannot keep the contacts apart: fewer than two of them are there. Look at them again.");
            }

            Map<Long, Set<Long>> marks = apart.of(number, there.keySet());
            Set<Long> common =
                    new HashSet<>(marks.getOrDefault(there.keySet().iterator().next(), Set.of()));
            there.keySet().forEach(one -> common.retainAll(marks.getOrDefault(one, Set.of())));
            if (common.isEmpty()) {
                long now = clock.millis();
                long mark = KeepApart.decision(now, numbers.hashCode());
                there.keySet().forEach(one -> apart.mark(number, one, List.of(mark), now));
                audit.enter(
                        actor, "duplicates.keep-apart", AuditSubject.of(directory), Map.of("contacts", there.size()));
            }

            return there;
        });
    }

    /** What people have kept apart, newest first. */
    public List<KeptApart> apart(int directory, @Nullable Long after, int most) {
        return read(directory, apart.decided(directory, after == null ? Long.MIN_VALUE : after, most));
    }

    /** Those of one mark: of a decision, or of a merge that was undone; empty when it does not stand. */
    public Optional<KeptApart> apart(int directory, long mark) {
        return read(directory, apart.kept(directory, List.of(mark))).stream().findFirst();
    }

    private List<KeptApart> read(int directory, List<KeepApart.Kept> kept) {
        Set<Long> numbers =
                kept.stream().flatMap(one -> one.contacts().stream()).collect(Collectors.toSet());
        SortedMap<Long, KeyedContact> present = contacts.read(directory, numbers);
        return kept.stream()
                .map(one -> new KeptApart(
                        one.mark(),
                        one.since(),
                        one.contacts().stream()
                                .flatMap(number -> Optional.ofNullable(present.get(number)).stream())
                                .toList()))
                .toList();
    }

    /** Lets contacts that were kept apart be merged again; a second time it changes nothing. */
    public void allow(Directory directory, long mark, Actor actor) {
        transactions.inTransaction(status -> {
            int contacts = apart.takeBack(directory.number(), mark);
            if (contacts > 0) {
                audit.enter(actor, "duplicates.allow-merge", AuditSubject.of(directory), Map.of("contacts", contacts));
            }

            return contacts;
        });
    }
}
