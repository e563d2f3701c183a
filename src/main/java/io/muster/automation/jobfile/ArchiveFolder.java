package io.muster.automation.jobfile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The folder that files are archived into: below the source's folder, or named by its whole path. A relative path that
 * climbs is refused, since where it leads depends on where the source is and nobody reads that off the job file.
 */
public final class ArchiveFolder {

    static final String SOURCE_ITSELF = "must not be the source's folder itself or the root: archived files would be"
            + " delivered again. Write a folder such as processed";

    private ArchiveFolder() {}

    /** Whether a folder named by its whole path is the source's own, as far as both are written out. */
    static boolean isSource(String folder, String source) {
        return folder.strip().startsWith("/") && parts(folder).equals(parts(source));
    }

    private static List<String> parts(String folder) {
        return Arrays.stream(folder.strip().split("[/\\\\]+"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    /** What is wrong with such a folder, as the end of a sentence that begins with it; empty when it can be used. */
    public static Optional<String> fault(String folder) {
        List<String> parts = parts(folder);
        if (parts.contains("..")) {
            return Optional.of("must not contain \"..\": write a folder below the source's, such as processed, or the"
                    + " whole path, such as /archive/contacts");
        }

        return parts.isEmpty() ? Optional.of(SOURCE_ITSELF) : Optional.empty();
    }
}
