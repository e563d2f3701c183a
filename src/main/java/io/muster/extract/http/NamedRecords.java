package io.muster.extract.http;

import io.muster.extract.record.RecordSink;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives records with names of their own the columns of all of them. */
final class NamedRecords implements Pages.Taker {

    private static final int MOST_COLUMNS = 5_000;

    private final RecordSink sink;
    private final Greatest greatest;
    private final String location;
    private final List<String> names = new ArrayList<>();
    private final Set<String> columns = new HashSet<>();
    private boolean named;

    NamedRecords(RecordSink sink, Greatest greatest, String location) {
        this.sink = sink;
        this.greatest = greatest;
        this.location = location;
    }

    @Override
    public void columns(List<String> more) {
        for (String name : more) {
            if (columns.add(name)) {
                names.add(name);
                named = false;
            }
        }
        if (names.size() > MOST_COLUMNS) {
            throw Refusal.failed(
                    "TOO_MANY_COLUMNS",
                    "Cannot read %s: its records have more than %,d different names. Read a part of them that is less varied."
                            .formatted(location, MOST_COLUMNS));
        }
        if (!named) {
            sink.columns(List.copyOf(names));
            named = true;
        }
    }

    @Override
    public void record(Map<String, String> values) {
        if (!named || !columns.containsAll(values.keySet())) {
            columns(List.copyOf(values.keySet()));
        }
        greatest.see(values);
        sink.record(names.stream().map(name -> values.getOrDefault(name, "")).toList());
    }

    @Override
    public void refused(String raw, String reason) {
        if (!named) {
            columns(List.of());
        }
        sink.refused(raw, reason);
    }
}
