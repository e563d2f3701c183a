package io.muster.jobs.contactimport;

import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.FileRefused;
import io.muster.extract.csv.RecordReader;
import io.muster.extract.csv.RowProblem;
import io.muster.support.Fold;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a file, as a person sees it before it is imported; stored as JSON.
 *
 * @param header its column names
 * @param dialect how it is written
 * @param columns what is in the columns, by their place
 * @param rows the first rows; long cells are cut off
 * @param records how many rows were looked at
 * @param whole whether these are all
 */
public record FileHead(
        List<String> header,
        Dialect dialect,
        List<Column> columns,
        List<FileRecord> rows,
        long records,
        boolean whole) {

    private static final long MOST_BYTES = 1 << 20;
    private static final int MOST_RECORDS = 50_000;
    private static final int ROWS = 20;
    private static final int SAMPLES = 3;

    /** Longer than any value that is accepted. */
    private static final int MOST_CELL = 2_000;

    private static final int MOST_CHARACTERS = 1 << 19;

    /** What is most often meant where bytes are not UTF-8. */
    private static final String WESTERN = "windows-1252";

    private static final List<Character> DELIMITERS = List.of(';', '\t', '|');

    /**
     * A column.
     *
     * @param samples the first values that are not blank
     * @param filled rows in which it is not blank
     */
    public record Column(List<String> samples, long filled) {}

    /** How a file is read, as it shows by itself, and what is in its beginning. */
    public record Recognised(FileFormat format, FileHead head) {}

    /**
     * Finds out how a file is written: its bytes say whether it is UTF-8, its first line what separates cells.
     *
     * @throws FileRefused when it cannot be read in any way
     */
    public static Recognised recognise(Path file, String name) {
        FileFormat usual = FileFormat.of(charset(file, name), null);
        return DELIMITERS.stream()
                .map(delimiter -> FileFormat.of(usual.charset(), delimiter))
                .map(format -> attempt(file, name, format))
                .flatMap(Optional::stream)
                .filter(other -> other.head().columns().size() > 1 && isRegular(other.head()))
                .findFirst()
                .filter(other -> columnsOf(file, name, usual) <= 1)
                .orElseGet(() -> new Recognised(usual, read(file, name, usual)));
    }

    private static @Nullable String charset(Path file, String name) {
        try {
            FileHead utf8 = read(file, name, FileFormat.detected());
            return utf8.rows().stream().anyMatch(FileHead::isMalformed) ? WESTERN : null;
        } catch (FileRefused refused) {
            return refused.code() == FileRefused.Code.BROKEN_HEADER ? WESTERN : null;
        }
    }

    private static boolean isMalformed(FileRecord row) {
        RowProblem problem = row.problem();
        return problem != null && problem.code() == RowProblem.Code.MALFORMED_BYTES;
    }

    private static int columnsOf(Path file, String name, FileFormat format) {
        return attempt(file, name, format)
                .map(read -> read.head().columns().size())
                .orElse(0);
    }

    private static boolean isRegular(FileHead head) {
        return head.rows().stream().noneMatch(row -> row.problem() != null);
    }

    private static Optional<Recognised> attempt(Path file, String name, FileFormat format) {
        try {
            return Optional.of(new Recognised(format, read(file, name, format)));
        } catch (FileRefused refused) {
            return Optional.empty();
        }
    }

    /**
     * Reads the beginning of a file.
     *
     * @throws FileRefused when it cannot be read in this way
     */
    public static FileHead read(Path file, String name, FileFormat format) {
        try (RecordReader reader = RecordReader.open(file, name, format)) {
            int columns = reader.header().size();
            List<List<String>> samples = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                samples.add(new ArrayList<>());
            }

            long[] filled = new long[columns];
            List<FileRecord> rows = new ArrayList<>();
            int characters = 0;
            FileRecord record = reader.next();
            while (record != null && reader.rows() < MOST_RECORDS && reader.bytesRead() < MOST_BYTES) {
                if (record.problem() == null) {
                    look(record, samples, filled);
                }

                FileRecord shown = shortened(record);
                characters += shown.cells().stream().mapToInt(String::length).sum();
                if (rows.size() < ROWS && (rows.isEmpty() || characters < MOST_CHARACTERS)) {
                    rows.add(shown);
                }

                record = reader.next();
            }

            List<Column> read = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                read.add(new Column(samples.get(i), filled[i]));
            }

            return new FileHead(reader.header(), reader.dialect(), read, rows, reader.rows(), record == null);
        }
    }

    private static void look(FileRecord record, List<List<String>> samples, long[] filled) {
        for (int i = 0; i < Math.min(filled.length, record.cells().size()); i++) {
            String cell = record.cells().get(i);
            if (!Fold.isBlank(cell)) {
                filled[i]++;
                if (samples.get(i).size() < SAMPLES) {
                    samples.get(i).add(cut(Fold.trim(cell), MOST_CELL / 10));
                }
            }
        }
    }

    private static FileRecord shortened(FileRecord record) {
        List<String> cells =
                record.cells().stream().map(cell -> cut(cell, MOST_CELL)).toList();
        return new FileRecord(record.row(), record.line(), cells, record.problem());
    }

    private static String cut(String cell, int most) {
        return cell.length() <= most
                ? cell
                : cell.substring(0, Character.isHighSurrogate(cell.charAt(most - 1)) ? most - 1 : most);
    }
}
