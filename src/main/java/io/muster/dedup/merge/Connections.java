package io.muster.dedup.merge;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Contacts that keys connect, directly or through others, in a few dozen bytes per contact. Two groups are not
 * connected when that would bring contacts together that are kept apart, or that hold different protected references.
 */
final class Connections {

    private static final int FIRST_CAPACITY = 64;

    // Contact numbers to places, open addressing; a slot holds place + 1, 0 is free.
    private int[] slots = new int[FIRST_CAPACITY * 2];
    private long[] numbers = new long[FIRST_CAPACITY];
    private int[] parents = new int[FIRST_CAPACITY];
    private int size;

    private final Map<Long, Set<Long>> apartOf;
    private final Map<Integer, Set<Long>> apart = new HashMap<>();
    private final Map<Integer, String> references = new HashMap<>();

    /** Whether different references keep contacts from being connected. */
    enum References {
        PROTECTED,
        IGNORED
    }

    /** @param apartOf by contact number: what it shares with contacts it must be kept apart from */
    Connections(Map<Long, Set<Long>> apartOf) {
        this.apartOf = apartOf;
    }

    /** The contact's place; {@code reference} is what protects it, blank for none. */
    int place(long number, String reference) {
        int place = find(number);
        if (place >= 0) {
            return place;
        }

        place = add(number);
        if (!reference.isEmpty()) {
            references.put(place, reference);
        }

        Set<Long> marks = apartOf.get(number);
        if (marks != null) {
            apart.put(place, new HashSet<>(marks));
        }

        return place;
    }

    /** Connects two contacts by their places; false when they must not come together. */
    boolean connect(int left, int right, References policy) {
        int a = root(left);
        int b = root(right);
        if (a == b) {
            return true;
        }

        if (!mayMeet(a, b, policy)) {
            return false;
        }

        int root = numbers[a] < numbers[b] ? a : b;
        int child = root == a ? b : a;
        parents[child] = root;
        Set<Long> marks = apart.remove(child);
        if (marks != null) {
            apart.merge(root, marks, Connections::union);
        }

        String reference = references.remove(child);
        if (reference != null) {
            references.putIfAbsent(root, reference);
        }

        return true;
    }

    /** The groups of two contacts and more. */
    Groups groups() {
        int[] sizes = new int[size];
        for (int place = 0; place < size; place++) {
            sizes[root(place)]++;
        }

        int[] group = new int[size];
        Arrays.fill(group, -1);
        int groups = 0;
        int members = 0;
        for (int place = 0; place < size; place++) {
            if (sizes[place] > 1) {
                group[place] = groups++;
                members += sizes[place];
            }
        }

        int[] ends = new int[groups + 1];
        for (int place = 0; place < size; place++) {
            if (group[place] >= 0) {
                ends[group[place] + 1] = sizes[place];
            }
        }

        for (int i = 0; i < groups; i++) {
            ends[i + 1] += ends[i];
        }

        int[] next = Arrays.copyOf(ends, groups);
        long[] sorted = new long[members];
        for (int place = 0; place < size; place++) {
            int of = group[root(place)];
            if (of >= 0) {
                sorted[next[of]++] = numbers[place];
            }
        }

        return new Groups(ends, sorted);
    }

    private boolean mayMeet(int a, int b, References policy) {
        Set<Long> left = apart.get(a);
        Set<Long> right = apart.get(b);
        if (left != null && right != null && !Collections.disjoint(left, right)) {
            return false;
        }

        if (policy == References.IGNORED) {
            return true;
        }

        String reference = references.get(a);
        String other = references.get(b);
        return reference == null || other == null || reference.equals(other);
    }

    private static Set<Long> union(Set<Long> left, Set<Long> right) {
        left.addAll(right);
        return left;
    }

    private int root(int place) {
        int at = place;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }

        return at;
    }

    private int find(long number) {
        int slot = slot(number);
        while (slots[slot] != 0) {
            if (numbers[slots[slot] - 1] == number) {
                return slots[slot] - 1;
            }

            slot = slot + 1 & slots.length - 1;
        }

        return -1;
    }

    private int add(long number) {
        if (size == numbers.length) {
            grow();
        }

        numbers[size] = number;
        parents[size] = size;
        enter(size);
        return size++;
    }

    private void enter(int place) {
        int slot = slot(numbers[place]);
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }

        slots[slot] = place + 1;
    }

    private void grow() {
        int capacity = Math.multiplyExact(numbers.length, 2);
        numbers = Arrays.copyOf(numbers, capacity);
        parents = Arrays.copyOf(parents, capacity);
        slots = new int[Math.multiplyExact(capacity, 2)];
        for (int place = 0; place < size; place++) {
            enter(place);
        }
    }

    private int slot(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 33) & slots.length - 1;
    }
}
