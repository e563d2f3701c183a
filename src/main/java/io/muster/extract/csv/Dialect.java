package io.muster.extract.csv;

import java.nio.charset.Charset;

/**
 * How a file was written, as found when it was opened: what is needed to write records in the file's own format.
 * Serialisable as JSON.
 *
 * @param charset canonical name of the character set, {@code UTF-16LE} and not {@code UTF-16}
 * @param byteOrderMark whether the file begins with one
 * @param delimiter what separates cells
 * @param lineEnd what ends the first line: LF, CR LF or CR; LF when the file has one line without an end
 */
public record Dialect(String charset, boolean byteOrderMark, char delimiter, LineEnd lineEnd) {

    /** What ends a line. */
    public enum LineEnd {
        /** Line feed, as on Unix. */
        LF("\n"),
        /** Carriage return and line feed, as on Windows and in RFC 4180. */
        CRLF("\r\n"),
        /** Carriage return, as on old Macs. */
        CR("\r");

        private final String text;

        LineEnd(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    Charset set() {
        return Charset.forName(charset);
    }
}
