package io.muster.directory.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A CSV file as all exports are: RFC 4180 in UTF-8. */
public final class CsvFile {

    private final Utf8Buffer out;
    private final CsvLine line;

    /** Writes into the stream and leaves it open. */
    public CsvFile(OutputStream stream) {
        this.out = new Utf8Buffer(stream);
        this.line = new CsvLine(out);
    }

    /** Writes a line; null and the empty text look the same. */
    public void line(Collection<? extends @Nullable String> cells) throws IOException {
        cells.forEach(line::cell);
        line.end();
        out.flushFull();
    }

    /** Hands what is left to the stream. */
    public void flush() throws IOException {
        out.flush();
    }
}
