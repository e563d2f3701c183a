package io.muster.sample;

import io.muster.sample.SampleRow.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One sample file: its rows in order. */
record SampleFile(String name, List<SampleRow> rows) {

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((Arrays.stream(Column.values()).map(Column::header).collect(Collectors.joining(",")) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        rows.forEach(row -> row.writeTo(out));
        return out.toByteArray();
    }

    long count(Outcome outcome) {
        return rows.stream().filter(row -> row.outcome() == outcome).count();
    }

    long read() {
        return rows.size() - count(Outcome.NO_ROW);
    }

    /** How many rows are rejected, by code. */
    Map<String, Long> rejects() {
        return rows.stream()
                .filter(row -> row.reject() != null)
                .collect(Collectors.groupingBy(
                        row -> Objects.requireNonNull(row.reject()), TreeMap::new, Collectors.counting()));
    }
}
