package io.muster.jobs.fileout;

import io.muster.extract.combine.Extraction;
import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.csv.RecordWriter;
import io.muster.extract.transform.Transforms;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes extracted rows, transformed, as the file that goes out. */
final class OutFile {

    private static final Dialect DIALECT = new Dialect("UTF-8", false, ',', Dialect.LineEnd.LF);
    private static final int CHECKED_EVERY = 1_000;

    private final FileOutSpec spec;
    private final JsonMapper json;
    private final Runnable check;
    private long read;
    private long written;
    private long skipped;
    private final Map<String, Long> rejected = new LinkedHashMap<>();

    OutFile(FileOutSpec spec, JsonMapper json, Runnable check) {
        this.spec = spec;
        this.json = json;
        this.check = check;
    }

    long read() {
        return read;
    }

    long written() {
        return written;
    }

    long skipped() {
        return skipped;
    }

    long rejected() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many records were rejected, by code. */
    List<String> warnings() {
        return rejected.entrySet().stream()
                .map(code -> "%,d %s rejected (%s) and not written."
                        .formatted(
                                code.getValue(), code.getValue() == 1 ? "record was" : "records were", code.getKey()))
                .toList();
    }

    /** Writes the file; it appears when it is complete. */
    void write(Path rows, Path target, Instant now) {
        Path partial = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (RecordReader records = RecordReader.open(rows, spec.name(), Extraction.FORMAT);
                    OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16);
                    Lines lines = lines(out)) {
                int problemAt = records.header().indexOf(Extraction.PROBLEM_COLUMN);
                Transforms transforms = Transforms.of(spec.transforms(), records.header(), now, spec.name());
                List<String> columns = columns(transforms.header());
                int[] places =
                        columns.stream().mapToInt(transforms.header()::indexOf).toArray();
                lines.header(columns);
                for (FileRecord record = records.next(); record != null; record = records.next()) {
                    take(record, problemAt, transforms, places, lines);
                    if (++read % CHECKED_EVERY == 0) {
                        check.run();
                    }
                }
            }

            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write " + target + ": " + e.getMessage() + ". Check the disk, then resume the run.", e);
        }
    }

    private List<String> columns(List<String> header) {
        List<String> known = header.stream()
                .filter(name -> !name.equals(Extraction.PROBLEM_COLUMN) && !name.equals(Extraction.RECORD_COLUMN))
                .toList();
        for (String column : spec.columns()) {
            if (!known.contains(column)) {
                throw Refusal.failed(
                                "COLUMN_MISSING",
                                "Cannot write " + spec.name() + ": there is no column '" + column
                                        + "'. Correct the job file or the source.")
                        .with("column", column);
            }
        }

        List<String> columns = spec.columns().isEmpty() ? known : spec.columns();
        if (columns.isEmpty()) {
            throw Refusal.failed(
                    "NO_COLUMNS",
                    "Cannot write " + spec.name()
                            + ": nothing was extracted that says what its columns are. Name them in the job file.");
        }

        return columns;
    }

    private void take(FileRecord record, int problemAt, Transforms transforms, int[] places, Lines lines)
            throws IOException {
        if (record.problem() != null) {
            reject(record.problem().code().name());
            return;
        }

        String told = problemAt < 0 ? "" : Fold.trim(record.cells().get(problemAt));
        if (!told.isEmpty()) {
            int end = told.indexOf(' ');
            reject(end < 0 ? told : told.substring(0, end));
        } else if (record.blank()) {
            skipped++;
        } else {
            switch (transforms.apply(record.cells())) {
                case Transforms.Outcome.Kept kept -> {
                    List<String> values = new ArrayList<>(places.length);
                    for (int place : places) {
                        values.add(kept.values().get(place));
                    }

                    lines.row(values);
                    written++;
                }
                case Transforms.Outcome.Skipped ignored -> skipped++;
                case Transforms.Outcome.Rejected wrong -> reject(wrong.code());
            }
        }
    }

    private void reject(String code) {
        rejected.merge(code, 1L, Long::sum);
    }

    private Lines lines(OutputStream out) {
        return switch (spec.format()) {
            case CSV -> new CsvLines(new RecordWriter(out, DIALECT));
            case JSON_LINES -> new JsonLines(out, json);
        };
    }

    /** How rows are written. */
    private interface Lines extends AutoCloseable {

        void header(List<String> columns) throws IOException;

        void row(List<String> values) throws IOException;

        @Override
        void close() throws IOException;
    }

    private record CsvLines(RecordWriter writer) implements Lines {

        @Override
        public void header(List<String> columns) throws IOException {
            writer.write(columns);
        }

        @Override
        public void row(List<String> values) throws IOException {
            writer.write(values);
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }

    private static final class JsonLines implements Lines {

        private final OutputStream out;
        private final JsonMapper json;
        private List<String> columns = List.of();

        JsonLines(OutputStream out, JsonMapper json) {
            this.out = out;
            this.json = json;
        }

        @Override
        public void header(List<String> names) {
            columns = names;
        }

        @Override
        public void row(List<String> values) throws IOException {
            Map<String, String> object = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                if (!values.get(i).isEmpty()) {
                    object.put(columns.get(i), values.get(i));
                }
            }

            out.write(json.writeValueAsString(object).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
