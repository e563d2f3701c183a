package io.muster.extract.csv;

import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * How a delivered file is read; stored as JSON with the run, so that a resumed run reads the same records.
 *
 * @param charset name of the character set; null: the byte-order mark decides, else UTF-8
 * @param delimiter what separates cells; null: a tab in files named {@code .tsv} (also packed ones), else a comma
 * @param maxBytes the most bytes the file may have after unpacking
 * @param maxRatio how many times larger than its packed bytes a file may unpack; the first 64 MiB are free
 * @param maxRecordChars the most characters one record may have (UTF-16 code units), so that an unclosed quote in a
 *     large file cannot exhaust memory
 */
public record FileFormat(
        @Nullable String charset, @Nullable Character delimiter, long maxBytes, double maxRatio, int maxRecordChars) {

    /** 20 GiB. */
    public static final long DEFAULT_MAX_BYTES = 20L << 30;

    /** 300 times: real files of mostly blank cells reach about 100 times, a zip bomb 1,000. */
    public static final double DEFAULT_MAX_RATIO = 300;

    /** 16 Mi characters. */
    public static final int DEFAULT_MAX_RECORD_CHARS = 16 << 20;

    /**
     * Checks every value.
     *
     * @throws Refusal (usage) when a value is not usable, naming it
     */
    public FileFormat {
        if (charset != null) {
            TextCharset.named(charset);
        }
        if (delimiter != null && (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || delimiter == 0)) {
            throw Refusal.usage("Cannot separate cells by %s: it has another meaning in these files. Use , ; | or tab."
                    .formatted(delimiter == '"' ? "a quote" : "a line break or NUL"));
        }
        if (delimiter != null && (Character.isSurrogate(delimiter) || delimiter == '\uFEFF')) {
            throw Refusal.usage("Cannot separate cells by this character: it is not a single character of text."
                    + " Use , ; | or tab.");
        }
        if (maxBytes < 1 || !(maxRatio >= 1) || maxRecordChars < 1) {
            throw Refusal.usage(
                    "Cannot read files with maxBytes %d, maxRatio %s, maxRecordChars %d: all must be 1 or more."
                            .formatted(maxBytes, maxRatio, maxRecordChars));
        }
    }

    /** Everything found out from the file itself, with generous limits. */
    public static FileFormat detected() {
        return of(null, null);
    }

    /** A declared charset and delimiter (either may be null) with generous limits. */
    public static FileFormat of(@Nullable String charset, @Nullable Character delimiter) {
        return new FileFormat(charset, delimiter, DEFAULT_MAX_BYTES, DEFAULT_MAX_RATIO, DEFAULT_MAX_RECORD_CHARS);
    }
}
