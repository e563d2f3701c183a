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

/** Which contacts of a few share a key under the rules in scope. */
final class SharedKeys {

    private final DirectoryIdentity identity;
    private final MergeScope scope;
    private final SortedMap<Long, KeyedContact> contacts;
    private final Map<Integer, SortedMap<IdentityKey, SortedSet<Long>>> holders = new HashMap<>();

    SharedKeys(DirectoryIdentity identity, MergeScope scope, SortedMap<Long, KeyedContact> contacts) {
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
        List<Evidence> evidence = new ArrayList<>();
        for (IdentityRule rule : rules()) {
            for (SortedSet<Long> numbers : holders(rule).values()) {
                List<Long> sharing = numbers.stream().filter(members::contains).toList();
                if (sharing.size() > 1) {
                    evidence.add(new Evidence(rule.fields(), sharing));
                }
            }
        }

        return evidence;
    }

    private List<IdentityRule> rules() {
        return identity.rules().stream()
                .filter(rule -> scope.includes(rule.state()))
                .toList();
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
