package io.muster.sample;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One record of a sample file and what an import has to make of it.
 *
 * @param charset what its bytes are written in; anything but UTF-8 is a mistake made on purpose
 * @param reject the code of the reject; null when it is not rejected
 */
record SampleRow(
        List<String> cells,
        Charset charset,
        Outcome outcome,
        @Nullable String reject) {

    enum Outcome {
        CREATED,
        UPDATED,
        UNCHANGED,
        REJECTED,
        SKIPPED,
        /** A blank line: not even a row. */
        NO_ROW
    }

    static SampleRow of(Person person, Outcome outcome) {
        return new SampleRow(person.cells(), StandardCharsets.UTF_8, outcome, null);
    }

    static SampleRow bad(Person person, String code) {
        return bad(person.cells(), code);
    }

    static SampleRow bad(List<String> cells, String code) {
        return new SampleRow(cells, StandardCharsets.UTF_8, Outcome.REJECTED, code);
    }

    static SampleRow misspelt(Person person, Charset charset) {
        return new SampleRow(person.cells(), charset, Outcome.REJECTED, "MALFORMED_BYTES");
    }

    static SampleRow blankLine() {
        return new SampleRow(List.of(), StandardCharsets.UTF_8, Outcome.NO_ROW, null);
    }

    void writeTo(ByteArrayOutputStream out) {
        out.writeBytes(
                (cells.stream().map(SampleRow::quoted).collect(Collectors.joining(",")) + "\n").getBytes(charset));
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
