package io.muster.app;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.merge.RuleKeys;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** How the identity rules of a directory stand, and what changes of them would mean. */
public final class IdentityService {

    private static final int SAMPLE = 1_000;

    private final Directories directories;
    private final IdentityRules rules;
    private final RuleKeys keys;
    private final Contacts contacts;

    IdentityService(Directories directories, IdentityRules rules, RuleKeys keys, Contacts contacts) {
        this.directories = directories;
        this.rules = rules;
        this.keys = keys;
        this.contacts = contacts;
    }

    /**
     * A rule with its keys.
     *
     * @param done contact numbers up to here have their keys
     * @param end the highest contact number
     * @param shared keys that several contacts hold
     * @param andMore whether there may be more of them than were counted
     */
    public record Standing(
            int rule,
            List<String> fields,
            IdentityRule.State state,
            long done,
            long end,
            long shared,
            boolean andMore) {

        /** Whether no two contacts may share a key of it, so that it matches nobody as long as some do. */
        public boolean isBlocked() {
            return state == IdentityRule.State.PENDING
                    && done == end
                    && shared > 0
                    && new IdentityRule(rule, fields, state).ofReferenceAlone();
        }
    }

    /**
     * How many have what a rule compares.
     *
     * @param looked how many of the newest contacts were looked at
     * @param complete how many of them have a value in each of its fields
     */
    public record Filled(int looked, int complete) {}

    /** The rules in order. */
    public List<Standing> rules(String directory) {
        Directory found = directories.find(directory);
        List<IdentityRule> present = rules.of(found.number());
        Map<Integer, RuleKeys.Standing> standing = keys.of(found.number(), present);
        return present.stream()
                .map(rule -> view(rule, Objects.requireNonNull(standing.get(rule.id()))))
                .toList();
    }

    private static Standing view(IdentityRule rule, RuleKeys.Standing of) {
        return new Standing(
                rule.id(),
                rule.fields(),
                rule.state(),
                of.done(),
                of.end(),
                of.shared(),
                of.shared() == RuleKeys.COUNTED);
    }

    /** A rule as it is kept, such as {@code email,lastName}. */
    public String rule(String text) {
        return String.join(",", IdentityRule.parse(text));
    }

    /** The highest contact number that a directory has given out: it has no more contacts than that. */
    public long numbers(String directory) {
        return keys.numbers(directories.find(directory).number());
    }

    /** How many of the newest contacts have what a rule would compare. */
    public Filled filled(String directory, String rule) {
        Directory found = directories.find(directory);
        IdentityRule wanted = new IdentityRule(0, IdentityRule.parse(rule), IdentityRule.State.PENDING);
        long newest = keys.numbers(found.number());
        List<Contact> some = contacts.after(found.number(), Math.max(0, newest - SAMPLE), SAMPLE);
        Stream<Contact> complete = some.stream()
                .filter(contact -> wanted.values(contact.profile()).stream().noneMatch(String::isEmpty));
        return new Filled(some.size(), (int) complete.count());
    }
}
