package io.muster.dedup.resolve;

import io.muster.directory.KeyOwner;
import io.muster.load.KeyChange;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many contacts a file would make part of others if duplicates are merged after it: those that a key connects which
 * did not connect them before. Duplicates that the directory had already, and groups that are too large to be merged,
 * do not count.
 */
final class ComingMerges {

    private final Set<Integer> rules;
    private final LongFunction<@Nullable String> reference;
    private final int maxGroup;
    private final Map<Long, Group> groups = new HashMap<>();

    /** Connected contacts; a group that became part of another one points there. */
    private static final class Group {
        private @Nullable Group partOf;
        private int contacts = 1;
        private int merges;
        private @Nullable String reference;

        Group root() {
            Group at = this;
            for (Group next = at.partOf; next != null; next = at.partOf) {
                at = next;
            }

            return at;
        }
    }

    /**
     * @param rules the ids of the rules that connect
     * @param reference what keeps contacts of other references apart; null for those that nothing keeps apart
     * @param maxGroup contacts in the largest group that is merged
     */
    ComingMerges(Set<Integer> rules, LongFunction<@Nullable String> reference, int maxGroup) {
        this.rules = Set.copyOf(rules);
        this.reference = reference;
        this.maxGroup = maxGroup;
    }

    long count(Collection<KeyChange> changes) {
        List<KeyChange> connecting = changes.stream()
                .filter(change -> rules.contains(change.key().rule()))
                .toList();
        for (KeyChange change : connecting) {
            connect(holders(change.ownerBefore(), change.shadowsBefore()), 0);
        }

        for (KeyChange change : connecting) {
            connect(holders(change.owner(), change.shadows()), 1);
        }

        long merges = 0;
        for (Group group : groups.values()) {
            merges += group.partOf == null && group.contacts <= maxGroup ? group.merges : 0;
        }

        return merges;
    }

    private static NavigableSet<Long> holders(long owner, List<Long> shadows) {
        NavigableSet<Long> holders = new TreeSet<>(shadows);
        if (KeyOwner.isContact(owner)) {
            holders.add(owner);
        }

        return holders;
    }

    private void connect(NavigableSet<Long> holders, int merges) {
        if (holders.size() > 1) {
            Group first = group(holders.first());
            for (long other : holders.tailSet(holders.first(), false)) {
                unite(first.root(), group(other).root(), merges);
            }
        }
    }

    private Group group(long contact) {
        return groups.computeIfAbsent(contact, ref -> {
            Group group = new Group();
            group.reference = reference.apply(ref);
            return group;
        });
    }

    private static void unite(Group one, Group other, int merges) {
        String own = one.reference;
        if (one == other || (own != null && other.reference != null && !own.equals(other.reference))) {
            return;
        }

        other.partOf = one;
        one.contacts += other.contacts;
        one.merges += other.merges + merges;
        one.reference = own == null ? other.reference : own;
    }
}
