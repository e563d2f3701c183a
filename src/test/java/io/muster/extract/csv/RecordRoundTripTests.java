package io.muster.extract.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.RandomTexts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecordRoundTripTests {

    private static final List<String> CHARSETS = List.of(
            "UTF-8",
            "UTF-16LE",
            "UTF-16BE",
            "UTF-32LE",
            "windows-1252",
            "ISO-8859-15",
            "Shift_JIS",
            "GB18030",
            "Big5",
            "EUC-KR");

    record Sheet(Dialect dialect, List<List<String>> rows) {}

    @Test
    void readsBackWhatWasWritten() {
        RandomTexts.repeat(600, random -> readsBack(sheet(random)));
    }

    private static void readsBack(Sheet sheet) throws IOException {
        int columns = sheet.rows().getFirst().size();
        byte[] file = write(sheet.dialect(), header(columns), sheet.rows());

        FileFormat format =
                FileFormat.of(sheet.dialect().charset(), sheet.dialect().delimiter());
        try (Spool spool = new Spool(file);
                RecordReader reader = RecordReader.open(spool.path(), "round.csv", format)) {
            assertThat(reader.header()).isEqualTo(header(columns));
            for (List<String> row : sheet.rows()) {
                FileRecord record = Objects.requireNonNull(reader.next());
                assertThat(record.cells()).isEqualTo(row);
                assertThat(record.problem()).isNull();
            }
            assertThat(reader.next()).isNull();
            assertThat(reader.dialect()).isEqualTo(sheet.dialect());
        }
    }

    @Test
    void writesTheExactBytesOfWhatItRead() {
        RandomTexts.repeat(1_000, random -> writesTheSame(random.hostileBytes(60), random.one(CHARSETS)));
    }

    private static void writesTheSame(byte[] body, String charset) throws IOException {
        byte[] file = concat("a,b\n".getBytes(StandardCharsets.US_ASCII), body);
        FileFormat format = FileFormat.of(charset, null);
        List<List<String>> first;
        Dialect dialect;
        try (Spool spool = new Spool(file);
                RecordReader reader = RecordReader.open(spool.path(), "a.csv", format)) {
            first = cells(reader);
            dialect = reader.dialect();
        } catch (FileRefused e) {
            assertThat(e).hasMessageStartingWith("Cannot ");
            return;
        }

        byte[] again = write(dialect, List.of("a", "b"), first);

        try (Spool spool = new Spool(again);
                RecordReader reader = RecordReader.open(spool.path(), "a.csv", format)) {
            assertThat(cells(reader)).isEqualTo(first);
        }
        if (charset.equals("UTF-8")) {
            assertThat(significant(again)).isEqualTo(significant(file));
        }
    }

    @Test
    void turnsAnyBytesIntoRecordsOrARefusal() {
        RandomTexts.repeat(
                1_500,
                random -> readsOrRefuses(
                        random.yes() ? random.bytes(200) : random.hostileBytes(200), random.one(CHARSETS)));
    }

    private static void readsOrRefuses(byte[] bytes, String charset) throws IOException {
        try (Spool spool = new Spool(bytes);
                RecordReader reader = RecordReader.open(spool.path(), "x.csv", FileFormat.of(charset, null))) {
            long row = 0;
            for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                assertThat(record.row()).isEqualTo(++row);
                assertThat(record.line()).isPositive();
            }
        } catch (FileRefused e) {
            assertThat(e).hasMessageStartingWith("Cannot ");
        }
    }

    @Test
    void slicesAreWhatTheParserReads() {
        RandomTexts.repeat(Integer.getInteger("muster.rounds", 3_000), random -> {
            String charset = random.one(CHARSETS);
            byte[] bytes = concat("a,b\n".getBytes(Charset.forName(charset)), random.hostileBytes(80));
            assertThat(read(bytes, charset, false)).isEqualTo(read(bytes, charset, true));
        });
    }

    @Test
    void slicesOfLongRecordsAreWhatTheParserReads() {
        RandomTexts.repeat(20, random -> {
            StringBuilder file = new StringBuilder("a,b\n");
            for (int i = 0; i < 300; i++) {
                String cell = random.one(List.of("x", "é", "\"\"", "\n", ",")).repeat(random.between(1, 3_000));
                file.append(i).append(",\"").append(cell).append(random.one(List.of("\"\n", "\"\r\n", "\" \n")));
            }

            byte[] bytes = file.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(read(bytes, "UTF-8", false)).isEqualTo(read(bytes, "UTF-8", true));
        });
    }

    /** All there is to say of the records, and of the refusal that ended them. */
    private static List<String> read(byte[] bytes, String charset, boolean parsed) throws IOException {
        List<String> read = new ArrayList<>();
        try (Spool spool = new Spool(bytes);
                RecordReader reader = RecordReader.open(spool.path(), "x.csv", FileFormat.of(charset, null))) {
            RecordReader chosen = parsed ? reader.parsed() : reader;
            for (FileRecord record = chosen.next(); record != null; record = chosen.next()) {
                assertThat(record.cells() instanceof CellSlices).isIn(!parsed, false);
                read.add("%d %d %s %s %s"
                        .formatted(
                                record.row(),
                                record.line(),
                                List.copyOf(record.cells()),
                                record.problem(),
                                record.blank()));
            }
        } catch (FileRefused e) {
            read.add(String.valueOf(e.getMessage()).replaceAll(" .*x.csv", " x.csv"));
        }

        return read;
    }

    /** Quotes, delimiters, line ends and closing white space may be written differently; all else may not. */
    private static byte[] significant(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b : bytes) {
            if (b != '"' && b != '\n' && b != '\r' && b != ' ') {
                out.write(b);
            }
        }
        return out.toByteArray();
    }

    private static Sheet sheet(RandomTexts random) {
        String charset = random.one(CHARSETS);
        Dialect dialect = new Dialect(
                charset,
                random.yes() && charset.startsWith("UTF"),
                random.one(List.of(',', ';', '\t', '|', ':', ' ', '~')),
                random.one(List.of(Dialect.LineEnd.values())));
        int columns = random.between(1, 5);
        return new Sheet(
                dialect,
                random.list(random.between(1, 8), () -> random.list(columns, () -> random.text(dialect.set()))));
    }

    private static List<String> header(int columns) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            names.add("c" + i);
        }
        return names;
    }

    private static List<List<String>> cells(RecordReader reader) {
        List<List<String>> rows = new ArrayList<>();
        for (FileRecord record = reader.next(); record != null; record = reader.next()) {
            rows.add(record.cells());
        }
        return Collections.unmodifiableList(rows);
    }

    private static byte[] write(Dialect dialect, List<String> header, List<List<String>> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter writer = new RecordWriter(out, dialect)) {
            writer.write(header);
            for (List<String> row : rows) {
                writer.write(row);
            }
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }

    /** A spool file for one try. */
    private record Spool(Path path) implements AutoCloseable {

        Spool(byte[] content) throws IOException {
            this(Files.write(Files.createTempFile("spool", ".csv"), content));
        }

        @Override
        public void close() {
            try {
                Files.delete(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
