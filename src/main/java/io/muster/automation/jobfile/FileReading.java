package io.muster.automation.jobfile;

import io.muster.extract.csv.FileFormat;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** How a file is read. */
public record FileReading(
        @About("Charset such as UTF-8, UTF-16 or windows-1252; where absent a byte-order mark decides, else UTF-8.")
        @Nullable
        Charset charset,

        @About("What separates cells: one character, or tab; where absent a tab in .tsv files, else a comma.") @Nullable
        Delimiter delimiter,

        @About(value = "The most bytes a file may have after unpacking, such as 500MB.", byDefault = "20GB")
        DataSize maxSize,

        @DecimalMin("1")
        @DecimalMax("100000")
        @About(
                value = "How many times larger than packed a file may unpack, beyond the first 64 MiB.",
                byDefault = "300")
        Double maxRatio) {

    /** One character that separates cells. */
    public record Delimiter(char character) {

        static Delimiter parse(String text) {
            if (text.equals("tab") || text.equals("\\t")) {
                return new Delimiter('\t');
            }

            if (text.length() != 1 || "\"\r\n\0\uFEFF".contains(text) || Character.isSurrogate(text.charAt(0))) {
                throw new IllegalArgumentException("must be one character such as \",\", \";\" or \"|\", or tab");
            }

            return new Delimiter(text.charAt(0));
        }
    }

    /** Fills in what may be absent. */
    public FileReading {
        maxSize = maxSize == null ? DataSize.ofGigabytes(20) : maxSize;
        maxRatio = maxRatio == null ? 300.0 : maxRatio;
    }

    /** How files are read. */
    public FileFormat toFileFormat() {
        return new FileFormat(
                charset == null ? null : charset.name(),
                delimiter == null ? null : delimiter.character(),
                maxSize.toBytes(),
                maxRatio,
                FileFormat.DEFAULT_MAX_RECORD_CHARS);
    }

    static FileReading usual() {
        return new FileReading(null, null, DataSize.ofGigabytes(20), 300.0);
    }
}
