package io.muster.extract.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class RecordReaderTests {

    @TempDir
    Path temp;

    @Test
    void givesTrimmedNamesAndDuplicates() throws IOException {
        try (RecordReader reader = open("\uFEFF\" Email \",Plan , Plan,,,email\n1,2,3,4,5,6\n")) {
            assertThat(reader.header()).containsExactly("Email", "Plan", "Plan", "", "", "email");
            assertThat(reader.duplicateColumns()).containsExactly("Plan");
        }
    }

    @Test
    void refusesHeadersBeyondTheirLimits() throws IOException {
        String widest = "a,".repeat(RecordReader.MOST_COLUMNS - 1) + "a\n";
        try (RecordReader reader = open(widest)) {
            assertThat(reader.header()).hasSize(5_000);
        }

        assertRefused("a," + widest, "it has 5,001 columns, more than the 5,000 allowed");
        assertRefused(
                "a," + "b".repeat(501) + "\n", "the name of column 2 has 501 characters, more than the 500 allowed");
        assertRefused(
                ("b".repeat(500) + ",").repeat(525) + "\n",
                "the names of its columns have 262,500 characters together, more than the 262,144 allowed");
    }

    private void assertRefused(String content, String reason) {
        assertThatExceptionOfType(FileRefused.class)
                .isThrownBy(() -> open(content))
                .withMessageContaining(": %s. Have the file delivered with fewer columns or shorter names.", reason)
                .extracting(FileRefused::code)
                .isEqualTo(FileRefused.Code.HEADER_TOO_LARGE);
    }

    @Test
    void keepsCellsAsTheyStand() throws IOException {
        try (RecordReader reader = open("a,b\n x ,\"\"\"hi\"\", she\nsaid\"\n")) {
            FileRecord record = Objects.requireNonNull(reader.next());

            assertThat(record.cells()).containsExactly(" x ", "\"hi\", she\nsaid");
            assertThat(record.row()).isEqualTo(1);
            assertThat(record.line()).isEqualTo(2);
        }
    }

    @Test
    void explainsProblemsWithoutShowingCells() throws IOException {
        Path file = Files.write(temp.resolve("a.csv"), "Name,City\nJos\u00e9,x\nonly\n".getBytes(ISO_8859_1));
        try (RecordReader reader = RecordReader.open(file, "a.csv", FileFormat.detected())) {
            FileRecord malformed = Objects.requireNonNull(reader.next());
            assertThat(malformed.problem())
                    .isEqualTo(new RowProblem(RowProblem.Code.MALFORMED_BYTES, "Name", "Byte 0xE9 is not UTF-8 text."));
            assertThat(MalformedBytes.shown(malformed.cells().getFirst())).isEqualTo("Jos\uFFFD");
            assertThat(RecordWriter.bytesOf(malformed.cells(), reader.dialect()))
                    .isEqualTo("\"Jos\u00e9\",x\n".getBytes(ISO_8859_1));

            assertThat(Objects.requireNonNull(reader.next()).problem())
                    .isEqualTo(new RowProblem(
                            RowProblem.Code.RAGGED_ROW, null, "The row has 1 cells, but the header has 2."));
        }
    }

    @Test
    void findsDialectAndCountsBytes() throws IOException {
        Path file = Files.writeString(temp.resolve("a.csv"), "\uFEFFa;b\r\n1;2\r\n");
        try (RecordReader reader = RecordReader.open(file, "a.csv", FileFormat.of(null, ';'))) {
            assertThat(reader.dialect()).isEqualTo(new Dialect("UTF-8", true, ';', Dialect.LineEnd.CRLF));
            while (reader.next() != null) {
                assertThat(reader.bytesRead()).isPositive();
            }
            assertThat(reader.bytesRead()).isEqualTo(reader.totalBytes()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void stopsAnUnclosedQuoteBeforeItFillsTheMemory() throws IOException {
        FileFormat format = new FileFormat(null, null, 1 << 20, 100, 20_000);
        Path file = Files.writeString(temp.resolve("a.csv"), "a,b\n1,2\nx,\"" + "y,\n".repeat(100_000));

        try (RecordReader reader = RecordReader.open(file, "a.csv", format)) {
            reader.next();
            assertThatExceptionOfType(FileRefused.class)
                    .isThrownBy(reader::next)
                    .withMessage(
                            "Cannot read a.csv: the record at line 3 is longer than 20,000 characters. Close the quote"
                                    + " that is open there, or raise the limit.")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(FileRefused.Code.RECORD_TOO_LONG));
        }
    }

    @Test
    void readsCellsLongerThanEveryBuffer() throws IOException {
        String cell = "é\"\n小😀,".repeat(50_000);
        try (RecordReader reader = open("a,b\n1,\"" + cell.replace("\"", "\"\"") + "\"\n3,4\n")) {
            assertThat(Objects.requireNonNull(reader.next()).cells()).containsExactly("1", cell);
            assertThat(Objects.requireNonNull(reader.next()).line()).isEqualTo(50_003);
        }
    }

    @Test
    void refusesMoreBytesThanAllowed() throws IOException {
        FileFormat format = new FileFormat(null, null, 1000, 100, 20_000);
        Path file = Files.writeString(temp.resolve("a.csv"), "a,b\n" + "1,2\n".repeat(1000));

        assertThatThrownBy(() -> readAll(file, format))
                .isInstanceOf(FileRefused.class)
                .hasMessage(
                        "Cannot read a.csv: it has more than 1,000 bytes unpacked. Raise the limit if such files are"
                                + " expected.");
    }

    @Test
    void refusesAZipBombButNotAFileOfBlanks() throws IOException {
        Path file = temp.resolve("a.csv");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("a,b\n".getBytes(UTF_8));
            byte[] blanks = ",\n".repeat(512 << 10).getBytes(UTF_8);
            for (int i = 0; i < 70; i++) {
                out.write(blanks);
            }
        }

        assertThatThrownBy(() -> readAll(file, FileFormat.detected()))
                .isInstanceOf(FileRefused.class)
                .hasMessageContaining("it unpacks to more than 300.0 times its size, as a zip bomb does");
        readAll(file, new FileFormat(null, null, 1L << 40, 2000, 1 << 20));
    }

    @Test
    void refusesCharsetsAndDelimitersThatCannotWork() {
        assertThatThrownBy(() -> FileFormat.of("klingon", null))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot read files as 'klingon': there is no such character set.");
        assertThatThrownBy(() -> FileFormat.of("ISO-2022-JP", null)).hasMessageContaining("has shift states");
        assertThatThrownBy(() -> FileFormat.of(null, '"')).hasMessageContaining("it has another meaning");
    }

    @Test
    void hidesControlCharactersOfADeliveredName() throws IOException {
        Path file = Files.createFile(temp.resolve("x"));
        assertThatThrownBy(() -> RecordReader.open(file, "a\u001b[31m\u202e.csv", FileFormat.detected()))
                .hasMessageStartingWith("Cannot read a\uFFFD[31m\uFFFD.csv: the file is empty");
    }

    @Test
    void writesAnUnmappableReasonAsQuestionMarks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter writer = new RecordWriter(out, new Dialect("ISO-8859-1", false, '\t', Dialect.LineEnd.LF))) {
            writer.write(List.of("小", "é\tü", ""));
        }
        assertThat(out.toByteArray()).isEqualTo("?\t\"é\tü\"\t\n".getBytes(ISO_8859_1));
    }

    @Test
    void storesFormatAndDialectAsJson() {
        JsonMapper json = JsonMapper.builder().build();
        FileFormat format = FileFormat.of("windows-1252", '|');
        Dialect dialect = new Dialect("UTF-16LE", true, '\t', Dialect.LineEnd.CR);

        assertThat(json.readValue(json.writeValueAsString(format), FileFormat.class))
                .isEqualTo(format);
        assertThat(json.readValue(json.writeValueAsString(FileFormat.detected()), FileFormat.class))
                .isEqualTo(FileFormat.detected());
        assertThat(json.readValue(json.writeValueAsString(dialect), Dialect.class))
                .isEqualTo(dialect);
    }

    private RecordReader open(String text) throws IOException {
        return RecordReader.open(Files.writeString(temp.resolve("a.csv"), text), "a.csv", FileFormat.detected());
    }

    private static void readAll(Path file, FileFormat format) {
        try (RecordReader reader = RecordReader.open(file, "a.csv", format)) {
            while (reader.next() != null) {
                assertThat(reader.bytesRead()).isNotNegative();
            }
        }
    }
}
