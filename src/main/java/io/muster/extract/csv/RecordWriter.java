package io.muster.extract.csv;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.List;

/**
 * Writes records in the format of the file they came from: its character set, byte-order mark, delimiter and line
 * end. Malformed bytes are written as they were; a cell is quoted when it has to be. Text of ours that the character
 * set does not have (reason columns in front) becomes {@code ?}. Not safe for several threads.
 */
public final class RecordWriter implements Closeable {

    private static final int FLUSH_CHARS = 1 << 15;

    private final OutputStream out;
    private final Dialect dialect;
    private final CharsetEncoder encoder;
    private final StringBuilder line = new StringBuilder(FLUSH_CHARS + 1024);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16);

    /** Writes to the stream, the byte-order mark first where the dialect has one. */
    public RecordWriter(OutputStream out, Dialect dialect) {
        this.out = out;
        this.dialect = dialect;
        this.encoder = dialect.set()
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        if (dialect.byteOrderMark()) {
            line.append('\uFEFF');
        }
    }

    /** One record as bytes with its line end: what to keep of a rejected row whose exact bytes matter. */
    public static byte[] bytesOf(List<String> cells, Dialect dialect) {
        Dialect plain = new Dialect(dialect.charset(), false, dialect.delimiter(), dialect.lineEnd());
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (RecordWriter writer = new RecordWriter(out, plain)) {
            writer.write(cells);
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }
        return out.toByteArray();
    }

    /** Writes one record; a record needs at least one cell. */
    public void write(List<String> cells) throws IOException {
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("A record needs at least one cell");
        }

        for (int i = 0; i < cells.size(); i++) {
            if (i > 0) {
                line.append(dialect.delimiter());
            }
            append(cells.get(i), cells.size() == 1);
        }

        line.append(dialect.lineEnd().text());
        if (line.length() >= FLUSH_CHARS) {
            encodeLines();
        }
    }

    private void append(String cell, boolean only) {
        if (!needsQuotes(cell, only)) {
            line.append(cell);
            return;
        }

        line.append('"');
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == '"') {
                line.append('"');
            }
            line.append(c);
        }
        line.append('"');
    }

    /**
     * A malformed lead byte could swallow a delimiter such as {@code |} after it, hence quotes around every cell with
     * malformed bytes: a quote is never the second byte of a character.
     */
    private boolean needsQuotes(String cell, boolean only) {
        if (cell.isEmpty()) {
            return only;
        }
        if (cell.charAt(0) == '\uFEFF') {
            return true;
        }
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == dialect.delimiter() || c == '"' || c == '\n' || c == '\r') {
                return true;
            }
        }
        return MalformedBytes.indexIn(cell, 0) >= 0;
    }

    private void encodeLines() throws IOException {
        int from = 0;
        for (int at = MalformedBytes.indexIn(line, 0); at >= 0; at = MalformedBytes.indexIn(line, at + 1)) {
            encode(from, at);
            if (!bytes.hasRemaining()) {
                drain();
            }
            bytes.put(MalformedBytes.unescape(line.charAt(at)));
            from = at + 1;
        }
        encode(from, line.length());
        line.setLength(0);
        drain();
    }

    private void encode(int from, int to) throws IOException {
        CharBuffer chars = CharBuffer.wrap(line, from, to);
        encoder.reset();
        while (true) {
            CoderResult result = encoder.encode(chars, bytes, true);
            if (result.isUnderflow()) {
                break;
            }
            drain();
        }
        while (encoder.flush(bytes).isOverflow()) {
            drain();
        }
    }

    private void drain() throws IOException {
        out.write(bytes.array(), 0, bytes.position());
        bytes.clear();
    }

    /** Hands everything written so far to the stream and flushes that. */
    public void flush() throws IOException {
        encodeLines();
        out.flush();
    }

    /** Flushes and closes the stream. */
    @Override
    public void close() throws IOException {
        try (OutputStream closing = out) {
            encodeLines();
            closing.flush();
        }
    }
}
