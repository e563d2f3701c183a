package io.muster.directory.changes;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Contacts that changed, with the kinds of what changed of each. Contacts with the same kinds share a bitmap, so that a
 * block of an import takes about two bytes a contact, and less where the numbers are dense. Not safe for use by several
 * threads.
 */
public final class ContactChanges {

    private final SortedMap<Integer, Roaring64NavigableMap> numbers = new TreeMap<>();

    /** No changes yet. */
    public ContactChanges() {}

    /** The contact changed in these kinds; with no kinds nothing is recorded. */
    public ContactChanges add(long number, Set<ChangeKind> kinds) {
        if (!kinds.isEmpty()) {
            of(ChangeKind.mask(kinds)).addLong(number);
        }

        return this;
    }

    /** All of the other changes as well. */
    public void addAll(ContactChanges others) {
        others.numbers.forEach((mask, changed) -> of(mask).or(changed));
    }

    private Roaring64NavigableMap of(int mask) {
        return numbers.computeIfAbsent(mask, absent -> new Roaring64NavigableMap());
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** All kinds that occur. */
    public Set<ChangeKind> kinds() {
        return ChangeKind.of(numbers.keySet().stream().reduce(0, (some, more) -> some | more));
    }

    /** The contacts that changed in any of these kinds. */
    public Roaring64NavigableMap numbers(Set<ChangeKind> kinds) {
        int wanted = ChangeKind.mask(kinds);
        Roaring64NavigableMap some = new Roaring64NavigableMap();
        numbers.forEach((mask, changed) -> {
            if ((mask & wanted) != 0) {
                some.or(changed);
            }
        });
        return some;
    }

    /** The contacts that changed in anything. */
    public Roaring64NavigableMap numbers() {
        return numbers(EnumSet.allOf(ChangeKind.class));
    }

    /** The kinds in which a contact changed; empty when it did not. */
    public Set<ChangeKind> of(long number) {
        int kinds = 0;
        for (var group : numbers.entrySet()) {
            if (group.getValue().contains(number)) {
                kinds |= group.getKey();
            }
        }

        return ChangeKind.of(kinds);
    }

    /** Mask and bitmap in its portable form, for each mask that occurs. */
    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            for (var group : numbers.entrySet()) {
                out.writeByte(group.getKey());
                group.getValue().runOptimize();
                group.getValue().serializePortable(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    /** Adds what {@link #write} wrote. */
    void read(InputStream stored) throws IOException {
        DataInputStream in = new DataInputStream(stored);
        for (int mask = in.read(); mask >= 0; mask = in.read()) {
            if (mask == 0) {
                throw new EOFException("A change without a kind: the row is damaged");
            }

            Roaring64NavigableMap changed = new Roaring64NavigableMap();
            changed.deserializePortable(in);
            of(mask).or(changed);
        }
    }
}
