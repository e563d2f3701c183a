package io.muster.extract.csv;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.Closeable;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file that keeps to RFC 4180, without a text for every cell. Whatever is not quite so, it leaves to the
 * parser that knows what to make of it: from {@link #inDoubt} on nothing more comes from here.
 */
final class SlicedRecords implements Closeable {

    private static final int BLOCK = 1 << 16;
    private static final int NO_LIMIT = 1 << 30;

    private final UnpackedFile unpacked;
    private final StrictDecoder decoder;
    private final KnownBreaks text;
    private final CsvReader<Sliced> reader;
    private final Iterator<Sliced> records;
    private @Nullable Sliced held;
    private boolean inDoubt;

    /**
     * A record.
     *
     * @param line the physical line it starts in
     * @param endsQuoted whether its last cell was quoted
     */
    record Sliced(CellSlices cells, long line, boolean endsQuoted) {}

    private SlicedRecords(UnpackedFile unpacked, StrictDecoder decoder, char delimiter) {
        this.unpacked = unpacked;
        this.decoder = decoder;
        this.text = new KnownBreaks(decoder);
        this.reader = CsvReader.builder()
                .fieldSeparator(delimiter)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .maxBufferSize(NO_LIMIT)
                .build(new Slicer(), text);
        this.records = reader.iterator();
        this.held = read();
        if (held != null) {
            held = read();
        }
    }

    /** Opens a file once more and passes over its header. */
    static SlicedRecords open(Path spoolFile, String file, FileFormat format, char delimiter) throws IOException {
        UnpackedFile unpacked = UnpackedFile.open(spoolFile, file, format);
        try {
            return new SlicedRecords(unpacked, StrictDecoder.open(unpacked, file, format), delimiter);
        } catch (RuntimeException | IOException e) {
            unpacked.close();
            throw e;
        }
    }

    /** The next record; null after the last one, and from the first doubt on. */
    @Nullable
    Sliced next() {
        Sliced next = held;
        if (inDoubt || next == null) {
            return null;
        }

        held = read();
        if (held == null && !inDoubt && next.endsQuoted() && !isClosed(next.cells())) {
            inDoubt = true;
        }

        return inDoubt ? null : next;
    }

    /** Whether the quote of the last cell of the file was closed for sure: behind it there is a line break. */
    private boolean isClosed(CellSlices cells) {
        String last = cells.getLast();
        return isBreak(text.last) && (last.isEmpty() || !isBreak(last.charAt(last.length() - 1)));
    }

    private static boolean isBreak(char c) {
        return c == '\n' || c == '\r';
    }

    private @Nullable Sliced read() {
        try {
            Sliced read = records.hasNext() ? records.next() : null;
            decoder.recordEnded();
            return read;
        } catch (CsvParseException | UncheckedIOException e) {
            // What is wrong, the other parser says better.
            inDoubt = true;
            return null;
        }
    }

    /** Whether the record that would come next has to be read in another way, and all after it. */
    boolean inDoubt() {
        return inDoubt;
    }

    /** Whether any character up to now may be a malformed byte or NUL. */
    boolean isSuspect() {
        return decoder.suspectUntil() > 0;
    }

    /** See {@link StrictDecoder#seen}. */
    long seen() {
        return decoder.seen();
    }

    /** See {@link UnpackedFile#packedRead}. */
    long packedRead() {
        return unpacked.packedRead();
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Ends at a carriage return without a line feed: FastCSV 4.1.0 loses the record whose quoted cell has one inside, when a
     * line feed follows the cell.
     */
    private static final class KnownBreaks extends FilterReader {

        private char last;

        KnownBreaks(Reader in) {
            super(in);
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            for (int i = offset; i < offset + read; i++) {
                char c = target[i];
                if (last == '\r' && c != '\n') {
                    throw new IOException("A carriage return without a line feed");
                }

                last = c;
            }

            return read;
        }
    }

    /** Copies the cells of each record behind one another. */
    private static final class Slicer extends CsvCallbackHandler<Sliced> {

        private char[] block = new char[BLOCK];
        private int used;
        private int start;
        private int[] bounds = new int[16];
        private int count;
        private long line;
        private boolean endsQuoted;

        @Override
        protected RecordType getRecordType() {
            return RecordType.DATA;
        }

        @Override
        protected int getFieldCount() {
            return count;
        }

        @Override
        protected void beginRecord(long startingLineNumber) {
            line = startingLineNumber;
            start = used;
            count = 0;
        }

        @Override
        protected void addField(char[] source, int offset, int length, boolean quoted) {
            if (used + length > block.length) {
                turn(length);
            }

            if (count + 2 > bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }

            System.arraycopy(source, offset, block, used, length);
            bounds[count++] = used;
            used += length;
            endsQuoted = quoted;
        }

        /** What there is of the record goes into a new block: those before are still read from the old one. */
        private void turn(int length) {
            int whole = used - start;
            char[] next = new char[Math.max(BLOCK, 2 * (whole + length))];
            System.arraycopy(block, start, next, 0, whole);
            for (int i = 0; i < count; i++) {
                bounds[i] -= start;
            }

            block = next;
            used = whole;
            start = 0;
        }

        @Override
        protected void setComment(char[] source, int offset, int length) {
            throw new IllegalStateException("There are no comments");
        }

        @Override
        protected void setEmpty() {
            // A blank line is no record.
        }

        @Override
        protected @Nullable Sliced buildRecord() {
            if (count == 0) {
                return null;
            }

            bounds[count] = used;
            return new Sliced(new CellSlices(block, Arrays.copyOf(bounds, count + 1)), line, endsQuoted);
        }
    }
}
