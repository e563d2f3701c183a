package io.muster.extract.csv;

import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a spool file: plain, gzip or zip, in the character set and with the delimiter that the format
 * says or the file shows. Quotes follow RFC 4180; the choices where it is silent:
 * <ul>
 *   <li>a quote inside a cell that does not begin with one is text;
 *   <li>white space between a closing quote and the delimiter is passed over, any other text there refuses the file;
 *   <li>a blank line is no row; a row of blank cells is one, see {@link FileRecord#blank()};
 *   <li>a NUL character rejects its row.
 * </ul>
 * Not safe for several threads.
 */
public final class RecordReader implements Closeable {

    static final int MOST_COLUMNS = 5_000;
    static final int MOST_NAME_CHARS = 500;
    static final int MOST_HEADER_CHARS = 1 << 18;

    private final Path spoolFile;
    private final String file;
    private final FileFormat format;
    private final UnpackedFile unpacked;
    private final StrictDecoder decoder;
    private final char delimiter;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> header;
    private @Nullable SlicedRecords sliced;
    private boolean parsing;
    private long row;
    private long lastLine;
    private long position;

    private RecordReader(Path spoolFile, String file, FileFormat format, UnpackedFile unpacked, StrictDecoder decoder)
            throws IOException {
        this.spoolFile = spoolFile;
        this.file = file;
        this.format = format;
        this.unpacked = unpacked;
        this.decoder = decoder;
        this.delimiter = delimiter(format, unpacked.innerName());
        this.parser = CSVParser.builder()
                .setReader(decoder)
                .setFormat(CSVFormat.DEFAULT
                        .builder()
                        .setDelimiter(delimiter)
                        .setIgnoreEmptyLines(true)
                        .get())
                .get();
        this.records = parser.iterator();
        this.header = readHeader();
    }

    /**
     * Opens a file and reads its header.
     *
     * @param spoolFile where its bytes are
     * @param deliveredName its name as it was delivered, for messages and to recognise {@code .tsv} files
     * @throws FileRefused when the file as a whole cannot be read; also thrown by {@link #next()}
     * @throws Refusal when the spool file itself cannot be read
     */
    public static RecordReader open(Path spoolFile, String deliveredName, FileFormat format) {
        String file = printable(deliveredName);
        try {
            UnpackedFile unpacked = UnpackedFile.open(spoolFile, file, format);
            try {
                StrictDecoder decoder = StrictDecoder.open(unpacked, file, format);
                return new RecordReader(spoolFile, file, format, unpacked, decoder);
            } catch (RuntimeException | IOException e) {
                unpacked.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(spoolFile, e);
        }
    }

    private static char delimiter(FileFormat format, String innerName) {
        Character declared = format.delimiter();
        if (declared != null) {
            return declared;
        }
        return innerName.toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
    }

    private List<String> readHeader() {
        CSVRecord first = nextRecord();
        List<String> names = first == null
                ? List.of()
                : Arrays.stream(first.values()).map(String::strip).toList();
        if (first == null || names.stream().allMatch(String::isEmpty)) {
            throw new FileRefused(
                    FileRefused.Code.NO_HEADER,
                    "Cannot read %s: its first line must hold the column names, but no name is there. Add a header line."
                            .formatted(file));
        }

        for (int i = 0; i < names.size(); i++) {
            if (MalformedBytes.indexIn(names.get(i), 0) >= 0 || names.get(i).indexOf('\0') >= 0) {
                throw new FileRefused(
                        FileRefused.Code.BROKEN_HEADER,
                        "Cannot read %s: the name of column %d is not %s text. Declare the character set of the file, or have it delivered in UTF-8."
                                .formatted(file, i + 1, decoder.charset().name()));
            }
        }

        checkSize(names);
        lastLine = parser.getCurrentLineNumber();
        return names;
    }

    /** The report of a run keeps the names, and messages repeat them. */
    private void checkSize(List<String> names) {
        if (names.size() > MOST_COLUMNS) {
            throw tooLarge("it has %,d columns, more than the %,d allowed".formatted(names.size(), MOST_COLUMNS));
        }

        int characters = 0;
        for (int i = 0; i < names.size(); i++) {
            int length = names.get(i).length();
            characters += length;
            if (length > MOST_NAME_CHARS) {
                throw tooLarge("the name of column %,d has %,d characters, more than the %,d allowed"
                        .formatted(i + 1, length, MOST_NAME_CHARS));
            }
        }

        if (characters > MOST_HEADER_CHARS) {
            throw tooLarge("the names of its columns have %,d characters together, more than the %,d allowed"
                    .formatted(characters, MOST_HEADER_CHARS));
        }
    }

    private FileRefused tooLarge(String reason) {
        return new FileRefused(
                FileRefused.Code.HEADER_TOO_LARGE,
                "Cannot read %s: %s. Have the file delivered with fewer columns or shorter names."
                        .formatted(file, reason));
    }

    /** Column names in file order, outer white space and byte-order mark removed; a name may be empty. */
    public List<String> header() {
        return header;
    }

    /** Names (not empty) of more than one column, in file order; compared exactly. */
    public List<String> duplicateColumns() {
        Set<String> seen = new HashSet<>();
        Set<String> duplicates = new LinkedHashSet<>();
        for (String name : header) {
            if (!name.isEmpty() && !seen.add(name)) {
                duplicates.add(name);
            }
        }
        return List.copyOf(duplicates);
    }

    /** How the file is written. */
    public Dialect dialect() {
        String firstEnd = parser.getFirstEndOfLine();
        Dialect.LineEnd lineEnd = "\r\n".equals(firstEnd)
                ? Dialect.LineEnd.CRLF
                : "\r".equals(firstEnd) ? Dialect.LineEnd.CR : Dialect.LineEnd.LF;
        return new Dialect(decoder.charset().name(), decoder.byteOrderMark(), delimiter, lineEnd);
    }

    /**
     * The next record, or null after the last one. As long as the file keeps to RFC 4180, its cells are
     * {@link CellSlices}.
     */
    public @Nullable FileRecord next() {
        if (parsing) {
            return nextParsed();
        }

        SlicedRecords plain = sliced == null ? slice() : sliced;
        SlicedRecords.Sliced next = plain.next();
        if (next != null) {
            row++;
            position += next.cells().length() + next.cells().size();
            return record(next.line(), next.cells(), plain.isSuspect());
        }

        if (plain.inDoubt()) {
            return takeOver(plain);
        }

        position = plain.seen();
        return null;
    }

    /** Has all records read by the parser that knows all styles, from the first one on. */
    RecordReader parsed() {
        parsing = true;
        return this;
    }

    private SlicedRecords slice() {
        try {
            SlicedRecords plain = SlicedRecords.open(spoolFile, file, format, delimiter);
            sliced = plain;
            return plain;
        } catch (IOException e) {
            throw unreadable(spoolFile, e);
        }
    }

    /** Goes on with the parser that knows all styles, behind the records that were read without it. */
    private @Nullable FileRecord takeOver(SlicedRecords plain) {
        plain.close();
        sliced = null;
        parsing = true;
        long read = row;
        row = 0;
        while (row < read) {
            var ignored = nextParsed();
        }

        return nextParsed();
    }

    private FileRecord record(long line, List<String> cells, boolean suspect) {
        FileRecord record = new FileRecord(row, line, cells, null);
        RowProblem problem = problem(cells, suspect);
        return problem == null || record.blank() ? record : new FileRecord(row, line, cells, problem);
    }

    private @Nullable FileRecord nextParsed() {
        CSVRecord parsed = nextRecord();
        if (parsed == null) {
            return null;
        }

        row++;
        String[] cells = parsed.values();
        long endLine = parser.getCurrentLineNumber();
        long line = endLine == lastLine + 1 ? endLine : endLine - lineBreaks(cells);
        lastLine = endLine;

        return record(
                line,
                Collections.unmodifiableList(Arrays.asList(cells)),
                parsed.getCharacterPosition() < decoder.suspectUntil());
    }

    private @Nullable CSVRecord nextRecord() {
        try {
            CSVRecord parsed = records.hasNext() ? records.next() : null;
            decoder.recordEnded();
            position = parsed == null ? decoder.seen() : parsed.getCharacterPosition();
            return parsed;
        } catch (StrictDecoder.RecordTooLong e) {
            throw quoteFault(FileRefused.Code.RECORD_TOO_LONG);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CSVException) {
                throw quoteFault(FileRefused.Code.TEXT_AFTER_QUOTE);
            }
            throw unreadable(spoolFile, e.getCause() == null ? new IOException(e) : e.getCause());
        }
    }

    private @Nullable RowProblem problem(List<String> cells, boolean suspect) {
        if (cells.size() != header.size()) {
            return new RowProblem(
                    RowProblem.Code.RAGGED_ROW,
                    null,
                    "The row has %d cells, but the header has %d.".formatted(cells.size(), header.size()));
        }
        if (!suspect) {
            return null;
        }

        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            int malformed = MalformedBytes.indexIn(cell, 0);
            if (malformed >= 0) {
                return new RowProblem(
                        RowProblem.Code.MALFORMED_BYTES,
                        header.get(i),
                        "Byte 0x%02X is not %s text."
                                .formatted(
                                        MalformedBytes.unescape(cell.charAt(malformed)) & 0xFF,
                                        decoder.charset().name()));
            }
            if (cell.indexOf('\0') >= 0) {
                return new RowProblem(RowProblem.Code.NUL_CHARACTER, header.get(i), "The cell holds a NUL character.");
            }
        }
        return null;
    }

    /** Line breaks inside the cells, counted as the parser counts: CR LF is one. */
    private static long lineBreaks(String[] cells) {
        long breaks = 0;
        for (String cell : cells) {
            for (int i = 0; i < cell.length(); i++) {
                char c = cell.charAt(i);
                if (c == '\r' || (c == '\n' && (i == 0 || cell.charAt(i - 1) != '\r'))) {
                    breaks++;
                }
            }
        }
        return breaks;
    }

    private FileRefused quoteFault(FileRefused.Code noticed) {
        QuoteFinder.Fault fault = null;
        FileFormat unbounded = new FileFormat(
                format.charset(), format.delimiter(), format.maxBytes(), format.maxRatio(), Integer.MAX_VALUE);
        try (UnpackedFile again = UnpackedFile.open(spoolFile, file, unbounded);
                BufferedReader text = new BufferedReader(StrictDecoder.open(again, file, unbounded), 1 << 16)) {
            fault = new QuoteFinder(text, delimiter, format.maxRecordChars()).find();
        } catch (IOException e) {
            throw unreadable(spoolFile, e);
        }
        return fault == null ? refused(noticed, lastLine + 1) : refused(fault.code(), fault.line());
    }

    private FileRefused refused(FileRefused.Code code, long line) {
        String reason = switch (code) {
            case UNTERMINATED_QUOTE ->
                "the quote opened in line %,d is never closed. Close it, and double quotes that belong to the text.";
            case TEXT_AFTER_QUOTE ->
                "text follows the closing quote of the cell that begins in line %,d. Double quotes that belong to the"
                        + " text.";
            default ->
                "the record at line %,d is longer than "
                        + "%,d characters".formatted(format.maxRecordChars())
                        + ". Close the quote that is open there, or raise the limit.";
        };
        return new FileRefused(code, "Cannot read " + file + ": " + reason.formatted(line));
    }

    private static Refusal unreadable(Path spoolFile, IOException e) {
        return Refusal.failed(
                "Cannot read the spool file %s: %s. Check the disk and the permissions."
                        .formatted(spoolFile, e.getMessage()),
                e);
    }

    private static String printable(String name) {
        StringBuilder shown = new StringBuilder(name.length());
        name.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\uFFFD' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /**
     * How many bytes of the spool file the records up to now take, for progress: packed bytes, in proportion. What is only
     * buffered does not count, as a small file would seem to be done at its first record.
     */
    public long bytesRead() {
        SlicedRecords plain = sliced;
        long seen = plain == null ? decoder.seen() : plain.seen();
        long read = plain == null ? unpacked.packedRead() : plain.packedRead();
        return position >= seen ? read : (long) ((double) read * position / seen);
    }

    /** Records read so far, the header not counted. */
    public long rows() {
        return row;
    }

    /** Size of the spool file in bytes: what {@link #bytesRead()} ends at. */
    public long totalBytes() {
        return unpacked.packedSize();
    }

    @Override
    public void close() {
        try {
            if (sliced != null) {
                sliced.close();
            }

            parser.close();
        } catch (IOException e) {
            throw unreadable(spoolFile, e);
        }
    }
}
