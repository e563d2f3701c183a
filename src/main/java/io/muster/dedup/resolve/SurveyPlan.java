package io.muster.dedup.resolve;

import io.muster.load.BlockPlan;
import io.muster.load.KeyChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cuts a survey into blocks: new contacts in file order, then changed ones by number. Contacts that exchange keys come
 * into one block, which may grow beyond its size for their sake.
 */
final class SurveyPlan implements BlockPlan {

    private final TouchedContacts drafts;
    private final int blockSize;
    private final List<Cut> cuts = new ArrayList<>();
    private final long[] changed;
    private final Map<Long, Long> groupOf = new HashMap<>();

    /** A block: consecutive contacts outside groups, and whole groups. */
    private static final class Cut {
        private int createdFrom;
        private int createdTo;
        private int changedFrom;
        private int changedTo;
        private final List<Long> grouped = new ArrayList<>();
        private final List<KeyChange> keys = new ArrayList<>();
        private int size;
    }

    SurveyPlan(TouchedContacts drafts, Collection<KeyChange> keys, int blockSize) {
        this.drafts = drafts;
        this.blockSize = blockSize;
        this.changed = drafts.changedNumbers();
        Map<Long, List<Long>> groups = groups(keys);
        Map<Long, List<KeyChange>> keysOfGroup = new HashMap<>();
        for (KeyChange change : keys) {
            keysOfGroup
                    .computeIfAbsent(root(anyRef(change)), ignored -> new ArrayList<>())
                    .add(change);
        }

        cutGroups(groups, keysOfGroup);
        cutCreated();
        cutChanged();
    }

    @Override
    public int blocks() {
        return cuts.size();
    }

    @Override
    public Block block(int number) {
        Cut cut = cuts.get(number);
        long[] positions = new long[cut.size];
        int at = 0;
        for (long ref : cut.grouped) {
            positions[at++] = drafts.position(ref);
        }

        for (int ordinal = cut.createdFrom; ordinal < cut.createdTo; ordinal++) {
            if (isSingle(-1L - ordinal)) {
                positions[at++] = drafts.createdPosition(ordinal);
            }
        }

        for (int i = cut.changedFrom; i < cut.changedTo; i++) {
            if (isSingle(changed[i])) {
                positions[at++] = drafts.position(changed[i]);
            }
        }

        return new Block(Arrays.copyOf(positions, at), cut.keys);
    }

    private boolean isSingle(long ref) {
        return groupOf.isEmpty() || !groupOf.containsKey(ref);
    }

    private void cutGroups(Map<Long, List<Long>> groups, Map<Long, List<KeyChange>> keysOfGroup) {
        Cut cut = new Cut();
        for (Map.Entry<Long, List<Long>> group : groups.entrySet()) {
            for (long ref : group.getValue()) {
                if (drafts.position(ref) >= 0) {
                    cut.grouped.add(ref);
                    cut.size++;
                }
            }

            cut.keys.addAll(keysOfGroup.getOrDefault(group.getKey(), List.of()));
            if (cut.size >= blockSize) {
                cuts.add(cut);
                cut = new Cut();
            }
        }

        if (!cut.keys.isEmpty()) {
            cuts.add(cut);
        }
    }

    private void cutCreated() {
        int all = drafts.createdCount();
        for (int from = 0; from < all; from += blockSize) {
            Cut cut = new Cut();
            cut.createdFrom = from;
            cut.createdTo = Math.min(all, from + blockSize);
            cut.size = cut.createdTo - from;
            cuts.add(cut);
        }
    }

    private void cutChanged() {
        for (int from = 0; from < changed.length; from += blockSize) {
            Cut cut = new Cut();
            cut.changedFrom = from;
            cut.changedTo = Math.min(changed.length, from + blockSize);
            cut.size = cut.changedTo - from;
            cuts.add(cut);
        }
    }

    private Map<Long, List<Long>> groups(Collection<KeyChange> keys) {
        for (KeyChange change : keys) {
            long first = anyRef(change);
            change.refs().forEach(ref -> join(first, ref));
        }

        Map<Long, List<Long>> groups = new TreeMap<>();
        for (long ref : new ArrayList<>(groupOf.keySet())) {
            groups.computeIfAbsent(root(ref), ignored -> new ArrayList<>()).add(ref);
        }

        groups.values().forEach(members -> members.sort(null));
        return groups;
    }

    private static long anyRef(KeyChange change) {
        return change.refs().iterator().next();
    }

    private void join(long a, long b) {
        long rootA = root(a);
        long rootB = root(b);
        if (rootA != rootB) {
            groupOf.put(Math.max(rootA, rootB), Math.min(rootA, rootB));
        }
    }

    private long root(long ref) {
        long at = ref;
        while (true) {
            long parent = groupOf.computeIfAbsent(at, own -> own);
            if (parent == at) {
                return at;
            }

            long grand = groupOf.getOrDefault(parent, parent);
            groupOf.put(at, grand);
            at = grand;
        }
    }
}
