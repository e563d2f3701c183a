package io.muster.extract.combine;

import io.muster.extract.record.RecordSink;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes what one extractor reads onto the disk, and knows its columns. */
final class Gathered implements RecordSink, AutoCloseable {

    private static final int CHECKED_EVERY = 1_000;

    private final String name;
    private final Spill spill;
    private final Spill.Writer writer;
    private final Runnable check;
    private List<String> columns = List.of();
    private long records;

    /** @param check called from time to time; what it throws ends the extraction */
    Gathered(String name, Spill spill, Runnable check) {
        this.name = name;
        this.spill = spill;
        this.writer = spill.write();
        this.check = check;
    }

    String name() {
        return name;
    }

    Spill spill() {
        return spill;
    }

    List<String> columns() {
        return columns;
    }

    long records() {
        return records;
    }

    @Override
    public void columns(List<String> names) {
        if (names.size() < columns.size() || !names.subList(0, columns.size()).equals(columns)) {
            throw new IllegalStateException("Columns of " + name + " changed while they were read");
        }

        Set<String> seen = new HashSet<>();
        for (String column : names) {
            if (!column.isEmpty() && !seen.add(column)) {
                throw Refusal.failed(
                                "COLUMN_TWICE",
                                "Cannot extract '" + name + "': it has the column '" + column
                                        + "' twice. Have one of them renamed.")
                        .with("column", column);
            }
        }

        columns = List.copyOf(names);
    }

    @Override
    public void record(List<String> values) {
        if (values.size() > columns.size()) {
            throw new IllegalStateException("A record of " + name + " has more values than columns");
        }

        write(new Spill.Entry(records, values, null));
    }

    @Override
    public void refused(String raw, String reason) {
        write(new Spill.Entry(records, List.of(raw), reason));
    }

    private void write(Spill.Entry entry) {
        writer.write(entry);
        records++;
        if (records % CHECKED_EVERY == 0) {
            check.run();
        }
    }

    /** Nothing is read any more. */
    @Override
    public void close() {
        writer.close();
    }

    /** The same records with further columns, elsewhere on the disk. */
    static Joined joined(String name, Spill spill, List<String> columns, long records) {
        return new Joined(name, spill, new ArrayList<>(columns), records);
    }

    /** Records with their columns. */
    record Joined(String name, Spill spill, List<String> columns, long records) {}
}
