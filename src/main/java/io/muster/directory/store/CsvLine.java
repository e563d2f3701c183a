package io.muster.directory.store;

import org.jspecify.annotations.Nullable;

/** Lines of RFC 4180: comma, CRLF, a cell quoted where it must be. */
final class CsvLine {

    private final Utf8Buffer out;
    private boolean inLine;

    CsvLine(Utf8Buffer out) {
        this.out = out;
    }

    /** Adds a cell; null and the empty text look the same. */
    CsvLine cell(@Nullable String value) {
        if (inLine) {
            out.put(',');
        }

        inLine = true;
        if (value == null) {
            return this;
        }

        if (isPlain(value)) {
            out.put(value);
        } else {
            out.put('"').put(value.replace("\"", "\"\"")).put('"');
        }

        return this;
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '"' || c == '\n' || c == '\r') {
                return false;
            }
        }

        return true;
    }

    /** Ends the line. */
    void end() {
        out.put('\r').put('\n');
        inLine = false;
    }
}
