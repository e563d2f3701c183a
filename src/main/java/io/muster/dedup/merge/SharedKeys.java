package io.muster.dedup.merge;

import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.merge.Connections.References;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which contacts of a few share a key under the rules in scope. */
final class SharedKeys {

    /** Contacts of a group that hold a key. */
    record Shared(IdentityRule rule, IdentityKey key, List<Long> contacts) {}

    private final DirectoryIdentity identity;
    private final Predicate<IdentityRule> scope;
    private final SortedMap<Long, KeyedContact> contacts;
    private final Map<Integer, SortedMap<IdentityKey, SortedSet<Long>>> holders = new HashMap<>();

    SharedKeys(DirectoryIdentity identity, MergeScope scope, SortedMap<Long, KeyedContact> contacts) {
        this(identity, rule -> scope.includes(rule.state()), contacts);
    }

    SharedKeys(DirectoryIdentity identity, Predicate<IdentityRule> scope, SortedMap<Long, KeyedContact> contacts) {
        this.identity = identity;
        this.scope = scope;
        this.contacts = contacts;
        contacts.values()
                .forEach(contact -> identity.keys(contact)
                        .forEach(key -> holders.computeIfAbsent(key.rule(), absent -> new TreeMap<>())
                                .computeIfAbsent(key, absent -> new TreeSet<>())
                                .add(contact.number())));
    }

    /** The groups that the rules connect, as {@link DuplicateScan} would find them. */
    Groups groups(Map<Long, Set<Long>> apart) {
        Connections connections = new Connections(apart);
        Meetings meetings = new Meetings(connections);
        boolean protect = identity.settings().protectReference();
        for (IdentityRule rule : rules()) {
            References references = protect && !rule.ofReferenceAlone() ? References.PROTECTED : References.IGNORED;
            for (SortedSet<Long> numbers : holders(rule).values()) {
                meetings.nextKey(references);
                numbers.forEach(number -> meetings.holder(number, protect ? reference(number) : ""));
            }
        }

        return connections.groups();
    }

    /** What connects the members of a group. */
    List<Evidence> evidence(List<Long> members) {
        return shared(members).stream()
                .map(one -> new Evidence(one.rule().fields(), one.contacts()))
                .toList();
    }

    /** The keys that connect the members of a group, in the order of the rules and of the keys. */
    List<Shared> shared(List<Long> members) {
        List<Shared> shared = new ArrayList<>();
        for (IdentityRule rule : rules()) {
            holders(rule).forEach((key, numbers) -> {
                List<Long> sharing = numbers.stream().filter(members::contains).toList();
                if (sharing.size() > 1) {
                    shared.add(new Shared(rule, key, sharing));
                }
            });
        }

        return shared;
    }

    /** What the holders of a key have in common, as the first of them that has it in its own values writes it. */
    List<String> values(Shared shared) {
        return shared.contacts().stream()
                .map(number -> Objects.requireNonNull(contacts.get(number)))
                .filter(contact -> identity.keys(new KeyedContact(contact.stored(), List.of(), Set.of()))
                        .contains(shared.key()))
                .findFirst()
                .map(contact -> shared.rule().values(contact.profile()))
                .orElse(List.of());
    }

    private List<IdentityRule> rules() {
        return identity.rules().stream().filter(scope).toList();
    }

    private SortedMap<IdentityKey, SortedSet<Long>> holders(IdentityRule rule) {
        return holders.getOrDefault(rule.id(), new TreeMap<>());
    }

    private String reference(long number) {
        String reference =
                Objects.requireNonNull(contacts.get(number)).profile().field(ContactField.EXT_REF);
        return reference == null ? "" : reference;
    }
}
