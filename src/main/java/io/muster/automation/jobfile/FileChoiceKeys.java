package io.muster.automation.jobfile;

import io.muster.extract.source.FileChoice;
import io.muster.extract.source.SourceFile;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which files of the source are taken. All conditions given must hold. */
public record FileChoiceKeys(
        @Size(min = 1, max = 255)
        @About("Glob over the file's name: * any characters, ? one, [a-z] one of, {a,b} either; every name where"
                + " absent.")
        @Nullable
        String pattern,

        @Size(min = 1, max = 255) @About("What the name begins with, compared exactly.") @Nullable
        String prefix,

        @Size(min = 1, max = 255) @About("What the name ends with, compared exactly.") @Nullable
        String suffix,

        @Size(min = 1, max = 255)
        @About("The name with its date in braces, the rest a glob, such as contacts-{yyyyMMdd}.csv; orders files by"
                + " that date.")
        @Nullable
        String dated,

        @About(
                value = "all: every new file, oldest first; newest-only: only the newest, older ones are passed over.",
                byDefault = "all")
        Take take,

        @Size(max = 100)
        @About("Globs of names that are never taken. Hidden files and uploads under way (.part, .tmp, …) never are.")
        List<@Size(min = 1, max = 255) String> ignore,

        @About("How far apart two looks are that must show the same size and time, 0s to 1h; 10s where absent, 0s"
                + " with a marker.")
        @Nullable
        Duration stableFor,

        @Size(min = 1, max = 255)
        @About("Marker file that says a file is complete, with {name} or {stem} for the file's, such as {name}.done.")
        @Nullable
        String marker,

        @Size(min = 1, max = 255)
        @About("Control file that states rows or checksum of a file, such as {stem}.ctl; the file waits until it is"
                + " there.")
        @Nullable
        String control) {

    /** Which of several new files are taken. */
    public enum Take {
        /** Every new file, oldest first. */
        ALL,
        /** Only the newest; older ones are passed over. */
        NEWEST_ONLY
    }

    FileChoice toFileChoice() {
        Duration stable = stableFor;
        return new FileChoice(
                pattern,
                prefix,
                suffix,
                dated,
                switch (take) {
                    case ALL -> FileChoice.Take.ALL;
                    case NEWEST_ONLY -> FileChoice.Take.NEWEST_ONLY;
                },
                stable != null ? stable : marker == null ? Duration.ofSeconds(10) : Duration.ZERO,
                marker,
                control);
    }

    /** Whether one of the globs to ignore matches, read exactly as the globs of a choice are. */
    boolean ignores(SourceFile file) {
        return ignore.stream()
                .anyMatch(glob -> !FileChoice.matching(glob)
                        .choose(List.of(file), ignored -> false)
                        .take()
                        .isEmpty());
    }

    static FileChoiceKeys usual() {
        return new FileChoiceKeys(null, null, null, null, Take.ALL, List.of(), null, null, null);
    }

    /** Fills in what may be absent. */
    public FileChoiceKeys {
        take = take == null ? Take.ALL : take;
        ignore = ignore == null ? List.of() : List.copyOf(ignore);
    }
}
