package io.muster.extract.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads back what a {@link RecordWriter} has written in UTF-8 with commas; what others have written, a {@link RecordReader} reads. */
public final class WrittenRecords {

    private WrittenRecords() {}

    /** Reads all records, the header first, and closes the stream. */
    public static void read(InputStream in, Consumer<List<String>> sink) {
        try (CSVParser parser = CSVFormat.DEFAULT
                .builder()
                .setIgnoreEmptyLines(false)
                .get()
                .parse(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (CSVRecord record : parser) {
                sink.accept(record.toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
