package io.muster.automation.jobfile;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which files of the source are taken. All conditions given must hold. */
public record FileChoice(
        @Size(min = 1, max = 255)
        @About(
                value = "Glob over the file's name: * any characters, ? one, [a-z] one of, {a,b} either.",
                byDefault = "*")
        String pattern,

        @Size(min = 1, max = 255) @About("What the name begins with, compared exactly.") @Nullable
        String prefix,

        @Size(min = 1, max = 255) @About("What the name ends with, compared exactly.") @Nullable
        String suffix,

        @Valid @About("The date that stands in the name.") @Nullable
        NameDate date,

        @About(
                value = "all: every new file, oldest first; newest: only the newest, older ones are passed over.",
                byDefault = "all")
        Take take,

        @About(
                "Globs of names that are never taken; names that begin with a dot and unfinished uploads (.part, .tmp, .filepart) never are.")
        List<@Size(min = 1, max = 255) String> ignore,

        @Valid @About("When a file counts as completely written; where absent, when it looked the same twice 5s apart.")
        Completeness complete,

        @Valid @About("A control file beside each file that states its row count or checksum.") @Nullable
        ControlFile control) {

    /** Which of several new files are taken. */
    public enum Take {
        /** Every new file, oldest first. */
        ALL,
        /** Only the newest; older ones are passed over. */
        NEWEST
    }

    /** A date in the name. */
    public record NameDate(
            @NotNull
            @Pattern(regexp = "[yuMdHms_.'-]{4,40}", message = "must be a date pattern such as yyyyMMdd or yyyy-MM-dd")
            @About("Pattern of the date within the name, such as yyyyMMdd; files without a date by it are not taken.")
            String pattern,

            @About(
                    "The oldest date that is taken, counted back from today in the job's zone, such as 7d; any where absent.")
            @Nullable
            Duration maxAge) {}

    /** When a file counts as completely written. Either {@code stable-for} or {@code marker}. */
    public record Completeness(
            @About("Two looks this far apart must show the same size and time, 0s to 1h; 0s takes files at once.")
            @Nullable
            Duration stableFor,

            @Size(min = 1, max = 255)
            @About(
                    "Name of a marker file that must be there, with {name} or {stem} for the file's, such as {name}.done.")
            @Nullable
            String marker) {}

    /** What a control file states. */
    public record ControlFile(
            @NotNull
            @Size(min = 1, max = 255)
            @About("Name of the control file, with {name} or {stem} for the file's, such as {stem}.ctl.")
            String file,

            @NotNull
            @About(
                    "What it states: rows (a number of data rows) or sha256, md5 (a checksum in hex, as sha256sum writes it).")
            States states,

            @About(value = "Whether a file without its control file waits or fails.", byDefault = "wait")
            Missing missing) {

        /** What a control file states. */
        public enum States {
            /** The number of data rows. */
            ROWS,
            /** The SHA-256 of the file as delivered. */
            SHA256,
            /** The MD5 of the file as delivered. */
            MD5
        }

        /** What becomes of a file without its control file. */
        public enum Missing {
            /** It waits until the control file comes. */
            WAIT,
            /** Its run fails. */
            FAIL
        }

        /** Fills in what may be absent. */
        public ControlFile {
            missing = missing == null ? Missing.WAIT : missing;
        }
    }

    static FileChoice usual() {
        return new FileChoice(
                "*", null, null, null, Take.ALL, List.of(), new Completeness(Duration.ofSeconds(5), null), null);
    }

    /** Fills in what may be absent. */
    public FileChoice {
        pattern = pattern == null ? "*" : pattern;
        take = take == null ? Take.ALL : take;
        ignore = ignore == null ? List.of() : List.copyOf(ignore);
        complete = complete == null ? new Completeness(Duration.ofSeconds(5), null) : complete;
    }
}
