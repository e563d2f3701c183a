package io.muster.extract.csv;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line where the faulty quote of a file was opened, by a second look at the file: the parser only knows
 * where it noticed. Follows the parser's rules to the letter: a quote counts at the start of a cell only, white space
 * between a closing quote and the delimiter is passed over.
 */
final class QuoteFinder {

    private static final int EOF = -1;
    private static final int OPEN = -2;
    private static final int LONG = -3;

    private final Reader text;
    private final char delimiter;
    private final int maxRecordChars;
    private int last;
    private long line = 1;
    private long recordChars;

    QuoteFinder(Reader text, char delimiter, int maxRecordChars) {
        this.text = text;
        this.delimiter = delimiter;
        this.maxRecordChars = maxRecordChars;
    }

    /** A fault and the line of the quote, or of the record where no quote is open. */
    record Fault(FileRefused.Code code, long line) {}

    @Nullable
    Fault find() throws IOException {
        long recordLine = 1;
        int c = next();
        while (c != EOF) {
            long cellLine = line;
            if (c == '"') {
                c = afterQuotedCell();
                if (c == OPEN) {
                    return new Fault(FileRefused.Code.UNTERMINATED_QUOTE, cellLine);
                }
                if (c == LONG) {
                    return new Fault(FileRefused.Code.RECORD_TOO_LONG, cellLine);
                }
                if (!ends(c)) {
                    return new Fault(FileRefused.Code.TEXT_AFTER_QUOTE, cellLine);
                }
            }
            while (!ends(c)) {
                c = next();
                if (recordChars > maxRecordChars) {
                    return new Fault(FileRefused.Code.RECORD_TOO_LONG, recordLine);
                }
            }
            boolean lineEnded = c == '\n' || c == '\r';
            c = c == EOF ? EOF : next();
            if (lineEnded) {
                recordChars = 0;
                recordLine = line;
            }
        }
        return null;
    }

    /** The first character after the quoted cell that is not white space. */
    private int afterQuotedCell() throws IOException {
        int c = next();
        while (true) {
            if (c == EOF) {
                return OPEN;
            }
            if (recordChars > maxRecordChars) {
                return LONG;
            }
            if (c == '"') {
                c = next();
                if (c != '"') {
                    break;
                }
            }
            c = next();
        }
        while (!ends(c) && Character.isWhitespace((char) c)) {
            c = next();
        }
        return c;
    }

    private boolean ends(int c) {
        return c == EOF || c == delimiter || c == '\n' || c == '\r';
    }

    private int next() throws IOException {
        int c = text.read();
        if (last == '\r' ? c != '\n' : last == '\n') {
            line++;
        }
        last = c;
        recordChars++;
        return c;
    }
}
