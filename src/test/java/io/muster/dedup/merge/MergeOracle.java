package io.muster.dedup.merge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Merges contacts in memory, pair by pair, for the rules extRef; email; phone and lastName. */
final class MergeOracle {

    private static final List<String> COLUMNS =
            List.of("first_name", "last_name", "email", "phone", "ext_ref", "language", "embedded");

    private List<Person> people = new ArrayList<>();

    private static final class Person {
        long number;
        long modified;
        boolean out;
        final Map<String, String> values = new HashMap<>();
        final Set<String> aliases = new TreeSet<>();
        final Set<String> transactions = new TreeSet<>();
        boolean member;
        boolean memberOut;
    }

    static MergeOracle read(JdbcClient jdbc, int directory) {
        MergeOracle oracle = new MergeOracle();
        Map<Long, Person> byNumber = new TreeMap<>();
        for (Map<String, Object> row : rows(jdbc, "contact", directory)) {
            Person person = new Person();
            person.number = number(row);
            person.modified = ((Number) Objects.requireNonNull(row.get("modified_at"))).longValue();
            person.out = "1".equals(String.valueOf(row.get("unsubscribed")));
            for (String column : COLUMNS) {
                Object value = row.get(column);
                if (value != null) {
                    person.values.put(column, value.toString());
                }
            }

            byNumber.put(person.number, person);
        }

        rows(jdbc, "contact_alias", directory)
                .forEach(row -> of(byNumber, row).aliases.add(String.valueOf(row.get("ext_ref"))));
        rows(jdbc, "contact_transaction", directory)
                .forEach(row -> of(byNumber, row)
                        .transactions
                        .add(new String(
                                (byte[]) Objects.requireNonNull(row.get("transaction_key")), StandardCharsets.UTF_8)));
        rows(jdbc, "touchpoint", directory)
                .forEach(row -> of(byNumber, row)
                        .transactions
                        .add(new String(
                                (byte[]) Objects.requireNonNull(row.get("touchpoint_key")), StandardCharsets.UTF_8)));
        rows(jdbc, "response", directory)
                .forEach(row -> of(byNumber, row).transactions.add(String.valueOf(row.get("response_id"))));
        rows(jdbc, "list_member", directory).forEach(row -> {
            of(byNumber, row).member = true;
            of(byNumber, row).memberOut = "1".equals(String.valueOf(row.get("unsubscribed")));
        });
        oracle.people.addAll(byNumber.values());
        return oracle;
    }

    /** Until nobody is connected with anybody. */
    void merge(long now) {
        boolean again = true;
        while (again) {
            List<List<Person>> groups = groups();
            again = groups.size() < people.size();
            people = groups.stream()
                    .map(group -> group.size() == 1 ? group.getFirst() : one(group, now))
                    .sorted(Comparator.comparingLong(person -> person.number))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    List<String> lines() {
        return people.stream()
                .map(person -> person.number + " " + new TreeMap<>(person.values) + " " + person.aliases + " "
                        + person.transactions + " " + person.out + " " + person.member + " " + person.memberOut)
                .toList();
    }

    private List<List<Person>> groups() {
        List<List<Person>> groups = new ArrayList<>();
        for (Person person : people) {
            List<List<Person>> connected = groups.stream()
                    .filter(group -> group.stream().anyMatch(other -> same(person, other)))
                    .toList();
            List<Person> united = new ArrayList<>(List.of(person));
            connected.forEach(united::addAll);
            groups.removeAll(connected);
            groups.add(united);
        }

        return groups;
    }

    private static boolean same(Person a, Person b) {
        return equal(a, b, "email") || (equal(a, b, "phone") && equal(a, b, "last_name"));
    }

    private static boolean equal(Person a, Person b, String column) {
        @Nullable String value = a.values.get(column);
        @Nullable String other = b.values.get(column);
        return value != null && other != null && value.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }

    private static Person one(List<Person> group, long now) {
        group.sort(
                Comparator.<Person>comparingLong(person -> person.modified).thenComparingLong(person -> person.number));
        Person survivor = group.stream()
                .min(Comparator.comparingLong(person -> person.number))
                .orElseThrow();
        Person one = new Person();
        one.number = survivor.number;
        one.modified = now;
        for (Person person : group) {
            one.values.putAll(person.values);
            one.out |= person.out;
            one.member |= person.member;
            one.memberOut |= person.memberOut;
            one.aliases.addAll(person.aliases);
            one.transactions.addAll(person.transactions);
            String reference = person.values.get("ext_ref");
            if (reference != null) {
                one.aliases.add(reference);
            }
        }

        String own = survivor.values.get("ext_ref");
        if (own != null) {
            one.values.put("ext_ref", own);
        }

        one.aliases.remove(one.values.getOrDefault("ext_ref", ""));
        return one;
    }

    private static Person of(Map<Long, Person> byNumber, Map<String, Object> row) {
        return Objects.requireNonNull(byNumber.get(number(row)));
    }

    private static long number(Map<String, Object> row) {
        return ((Number) Objects.requireNonNull(row.get("number"))).longValue();
    }

    private static List<Map<String, Object>> rows(JdbcClient jdbc, String table, int directory) {
        return jdbc.sql("SELECT * FROM " + table + " WHERE directory_id = ?")
                .param(directory)
                .query()
                .listOfRows();
    }
}
