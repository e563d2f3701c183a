package io.muster.extract.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what an extractor reads, for a test to look at. */
public final class TakenRecords implements RecordSink {

    private List<String> columns = List.of();
    private final List<Map<String, String>> records = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    @Override
    public void columns(List<String> names) {
        if (!names.subList(0, columns.size()).equals(columns)) {
            throw new IllegalStateException("%s are not named again in %s".formatted(columns, names));
        }
        columns = List.copyOf(names);
    }

    @Override
    public void record(List<String> values) {
        if (values.size() > columns.size()) {
            throw new IllegalStateException("%s has more values than %s".formatted(values, columns));
        }
        Map<String, String> record = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            record.put(columns.get(i), values.get(i));
        }
        records.add(record);
    }

    @Override
    public void refused(String raw, String reason) {
        refused.add(reason + " | " + raw);
    }

    /** What the columns are called in the end. */
    public List<String> columns() {
        return columns;
    }

    /** The records, each with the columns that were known when it came. */
    public List<Map<String, String>> records() {
        return records;
    }

    /** The values of one column. */
    public List<String> values(String column) {
        return records.stream().map(record -> record.getOrDefault(column, "")).toList();
    }

    /** Reason and text of what was refused. */
    public List<String> refusals() {
        return refused;
    }
}
