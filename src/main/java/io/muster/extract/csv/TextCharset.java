package io.muster.extract.csv;

import io.muster.support.Refusal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;

/** Which character sets files may have, and how a set behaves when bytes do not belong to it. */
final class TextCharset {

    private TextCharset() {}

    /**
     * A character set by name. Sets with shift states (ISO-2022 and the like) are refused: a broken byte in them
     * changes the meaning of everything after it, so neither a row can be rejected alone nor written again.
     */
    static Charset named(String name) {
        Charset charset;
        try {
            charset = Charset.forName(name.strip());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw Refusal.usage("Cannot read files as '%s': there is no such character set.".formatted(name)
                    + " Use a name such as UTF-8, windows-1252, ISO-8859-15, Shift_JIS, GB18030, Big5 or EUC-KR.");
        }

        if (!charset.canEncode() || (!isUnicodeUnits(charset) && !bytesStandAlone(charset))) {
            throw Refusal.usage("Cannot read files as '%s': the set has shift states, so a broken byte cannot be told"
                            .formatted(name)
                    + " from text. Have the file delivered in UTF-8.");
        }

        return charset;
    }

    /** UTF-16 and UTF-32: a missing or extra byte shifts all that follow, so malformed input breaks the file. */
    static boolean isUnicodeUnits(Charset charset) {
        String name = charset.name().toUpperCase(Locale.ROOT);
        return name.contains("UTF-16") || name.contains("UTF-32");
    }

    private static boolean bytesStandAlone(Charset charset) {
        if (charset.newEncoder().maxBytesPerChar() <= 1) {
            return true;
        }
        String name = charset.name().toUpperCase(Locale.ROOT);
        return !name.contains("2022")
                && !name.contains("5022")
                && charset.contains(StandardCharsets.US_ASCII)
                && new String(new byte[] {',', '"', '\n'}, charset).equals(",\"\n");
    }
}
