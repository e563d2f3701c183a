package io.muster.segment.evaluate;

import io.muster.database.TestDatabase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A line of the table of semantics, shown on a few contacts: which of them each condition is about. */
final class Rule {

    static final Instant AS_OF = Instant.parse("2026-11-22T08:15:30.500Z");

    /** The value of a contact that has none. */
    static final String MISSING = "(missing)";

    /** A condition, and the names of the contacts for which it holds. */
    record Check(String condition, Set<String> members) {}

    /** A text that is no condition, and its one problem. */
    record Refusal(String text, String problem) {}

    private final String id;
    private final Map<String, LiveContact> contacts = new LinkedHashMap<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final Map<Long, String> segments = new LinkedHashMap<>();
    private final Map<Long, Set<String>> published = new LinkedHashMap<>();
    private String form = "";
    private ZoneId zone = ZoneId.of("Europe/Berlin");
    private Instant asOf = AS_OF;

    private Rule(String id) {
        this.id = id;
    }

    static Rule of(String id) {
        return new Rule(id);
    }

    /** A rule about single values: each is that of a contact which it names. */
    static Rule ofValues(String id, String... values) {
        Rule rule = new Rule(id);
        for (String value : values) {
            rule.contact(value, contact -> value.equals(MISSING) ? contact : contact.embedded("v", value));
        }

        return rule;
    }

    /** How values are read by {@link #test}. */
    Rule as(String word) {
        form = "as: " + word + ", ";
        return this;
    }

    Rule at(String zoneName, String time) {
        zone = ZoneId.of(zoneName);
        asOf = Instant.parse(time);
        return this;
    }

    Rule contact(String name, UnaryOperator<LiveDirectory.Builder> with) {
        LiveContact contact =
                with.apply(LiveDirectory.contact(contacts.size() + 1L)).build();
        if (contacts.put(name, contact) != null) {
            throw new IllegalArgumentException("Invalid rule: two contacts " + name);
        }

        return this;
    }

    /** The values that pass an operator. */
    Rule test(String operator, String... values) {
        return holds("{embedded: v, " + form + operator + "}", values);
    }

    /** The contacts for which a condition holds. */
    Rule holds(String condition, String... names) {
        checks.add(new Check(withIds(condition), new TreeSet<>(Arrays.asList(names))));
        return this;
    }

    Rule refusesTest(String operator, String problem) {
        return refuses("{embedded: v, " + form + operator + "}", problem);
    }

    Rule refuses(String text, String problem) {
        refusals.add(new Refusal(withIds(text), problem));
        return this;
    }

    /** A segment of the same pass. */
    Rule segment(long segment, String condition) {
        segments.put(segment, withIds(condition));
        return this;
    }

    Rule published(long segment, String... names) {
        published.put(segment, Set.of(names));
        return this;
    }

    /** {@code CG_1} and {@code SG_1} stand for the ids of the first list and the first segment. */
    private static String withIds(String text) {
        String made = text;
        for (int i = 1; i <= 9; i++) {
            made = made.replace("CG_" + i + ",", TestDatabase.IDS.list(i) + ",")
                    .replace("CG_" + i + "}", TestDatabase.IDS.list(i) + "}")
                    .replace("SG_" + i + ",", TestDatabase.IDS.segment(i) + ",");
        }

        return made;
    }

    String id() {
        return id;
    }

    Map<String, LiveContact> contacts() {
        return contacts;
    }

    List<Check> checks() {
        return checks;
    }

    List<Refusal> refusals() {
        return refusals;
    }

    Map<Long, String> segments() {
        return segments;
    }

    Map<Long, Set<String>> published() {
        return published;
    }

    ZoneId zone() {
        return zone;
    }

    Instant asOf() {
        return asOf;
    }

    @Override
    public String toString() {
        return id;
    }
}
