package io.muster.extract.combine;

import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Joins records on a key: both sides are spread over as many files as it takes for one file of the other side to fit into
 * memory, by the hash of their keys. The records come out in the order of the first side.
 */
final class Joining {

    /** Bytes of the other side that are held in memory at once, about. */
    private static final long AT_ONCE = 8L << 20;

    private static final int MOST_FILES = 200;

    private final Combination.Join join;
    private final Path folder;
    private final Runnable check;
    private long leftOut;
    private int joins;

    Joining(Combination.Join join, Path folder, Runnable check) {
        this.join = join;
        this.folder = folder;
        this.check = check;
    }

    long leftOut() {
        return leftOut;
    }

    /** The records of the first side with the values of the other. */
    Gathered.Joined join(Gathered.Joined first, Gathered.Joined other) {
        joins++;
        int key = keyOf(first, join.key());
        int otherKey = keyOf(other, join.keyOfOthers());
        int files = Math.clamp(other.spill().bytes() / AT_ONCE + 1, 1, MOST_FILES);
        List<String> columns = columns(first, other, otherKey);
        long records = first.records();
        List<Spill> left = spread(first, key, files, "first");
        List<Spill> right = spread(other, otherKey, files, "other");
        List<Spill> joined = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            Spill out = new Spill(folder.resolve("joined-" + joins + "-" + file));
            join(left.get(file), key, first.columns().size(), known(right.get(file), otherKey, other), out);
            joined.add(out);
            left.get(file).delete();
            right.get(file).delete();
        }

        Spill all = new Spill(folder.resolve("joined-" + joins));
        try (Spill.Writer writer = all.write()) {
            merge(joined, writer);
            // What of the other side could not be read is to be seen as well.
            try (Spill.Reader others = other.spill().read()) {
                for (Spill.Entry entry = others.next(); entry != null; entry = others.next()) {
                    if (entry.problem() != null) {
                        writer.write(new Spill.Entry(records, entry.values(), entry.problem()));
                        records++;
                    }
                }
            }
        }

        first.spill().delete();
        other.spill().delete();
        return Gathered.joined(first.name(), all, columns, records);
    }

    private static int keyOf(Gathered.Joined side, String key) {
        int at = side.columns().indexOf(key.strip());
        // Without a record there may be no columns, and nothing is to be found.
        if (at < 0 && side.records() > 0) {
            throw Refusal.failed(
                            "COLUMN_MISSING",
                            "Cannot join '" + side.name() + "': it lacks the column '" + key
                                    + "', which is the key. Correct the job file or the source.")
                    .with("column", key);
        }

        return at;
    }

    /** A name that the first side has already goes on with the name of its extractor before it. */
    private static List<String> columns(Gathered.Joined first, Gathered.Joined other, int otherKey) {
        List<String> columns = new ArrayList<>(first.columns());
        Set<String> taken = new HashSet<>(columns);
        for (int i = 0; i < other.columns().size(); i++) {
            if (i != otherKey) {
                String name = other.columns().get(i);
                String free = taken.contains(name) ? other.name() + "." + name : name;
                if (!name.isEmpty() && !taken.add(free)) {
                    throw Refusal.failed(
                                    "COLUMN_TWICE",
                                    "Cannot join '" + other.name() + "': there is a column '" + free
                                            + "' already. Have one of them renamed.")
                            .with("column", free);
                }

                columns.add(free);
            }
        }

        return columns;
    }

    private List<Spill> spread(Gathered.Joined side, int key, int files, String name) {
        List<Spill> spills = new ArrayList<>();
        List<Spill.Writer> writers = new ArrayList<>();
        try (Spill.Reader records = side.spill().read()) {
            for (int file = 0; file < files; file++) {
                spills.add(new Spill(folder.resolve(name + "-" + joins + "-" + file)));
                writers.add(spills.getLast().write());
            }

            for (Spill.Entry entry = records.next(); entry != null; entry = records.next()) {
                int file = entry.problem() != null ? 0 : Math.floorMod(spread(key(entry, key)), files);
                writers.get(file).write(entry);
            }
        } finally {
            writers.forEach(Spill.Writer::close);
        }

        return spills;
    }

    private static int spread(String key) {
        return (key.hashCode() * 0x9E3779B9) >>> 7;
    }

    private static String key(Spill.Entry entry, int key) {
        return key >= 0 && key < entry.values().size()
                ? Fold.trim(entry.values().get(key))
                : "";
    }

    private Map<String, List<String>> known(Spill right, int otherKey, Gathered.Joined other) {
        Map<String, List<String>> known = new HashMap<>();
        int width = other.columns().size();
        try (Spill.Reader records = right.read()) {
            for (Spill.Entry entry = records.next(); entry != null; entry = records.next()) {
                String key = key(entry, otherKey);
                if (entry.problem() != null || key.isEmpty()) {
                    continue;
                }

                if (known.containsKey(key) && join.repeated() == Combination.Join.Repeated.REFUSE) {
                    throw Refusal.failed(
                                    "KEY_REPEATED",
                                    "Cannot join '" + other.name() + "': its record " + (entry.number() + 1)
                                            + " has a key that an earlier one has. Have it corrected, or write repeated:"
                                            + " first or last.")
                            .with("extractor", other.name());
                }

                if (!known.containsKey(key) || join.repeated() == Combination.Join.Repeated.LAST) {
                    List<String> values = new ArrayList<>(width);
                    for (int i = 0; i < width; i++) {
                        if (i != otherKey) {
                            values.add(
                                    i < entry.values().size() ? entry.values().get(i) : "");
                        }
                    }

                    known.put(key, values);
                }
            }
        }

        return known;
    }

    private void join(Spill left, int key, int width, Map<String, List<String>> known, Spill out) {
        long seen = 0;
        try (Spill.Reader records = left.read();
                Spill.Writer writer = out.write()) {
            for (Spill.Entry entry = records.next(); entry != null; entry = records.next()) {
                if (++seen % 1_000 == 0) {
                    check.run();
                }

                List<String> found = entry.problem() != null ? null : known.get(key(entry, key));
                if (found != null) {
                    List<String> values = new ArrayList<>(entry.values());
                    while (values.size() < width) {
                        values.add("");
                    }

                    values.addAll(found);
                    writer.write(new Spill.Entry(entry.number(), values, null));
                } else if (entry.problem() != null || join.keep() == Combination.Join.Keep.LEFT) {
                    writer.write(entry);
                } else {
                    leftOut++;
                }
            }
        }
    }

    private record Head(Spill.Entry entry, Spill.Reader rest) {}

    private static void merge(List<Spill> parts, Spill.Writer writer) {
        List<Spill.Reader> readers = new ArrayList<>();
        PriorityQueue<Head> heads = new PriorityQueue<>(
                (one, other) -> Long.compare(one.entry().number(), other.entry().number()));
        try {
            for (Spill part : parts) {
                Spill.Reader reader = part.read();
                readers.add(reader);
                add(reader, heads);
            }

            for (Head head = heads.poll(); head != null; head = heads.poll()) {
                writer.write(head.entry());
                add(head.rest(), heads);
            }
        } finally {
            readers.forEach(Spill.Reader::close);
            parts.forEach(Spill::delete);
        }
    }

    private static void add(Spill.Reader reader, PriorityQueue<Head> heads) {
        Spill.Entry next = reader.next();
        if (next != null) {
            heads.add(new Head(next, reader));
        }
    }
}
