package io.muster.automation.jobfile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The folder that files are archived into: below the source's folder, or named by its whole path. A relative path that
 * climbs is refused, since where it leads depends on where the source is and nobody reads that off the job file.
 */
public final class ArchiveFolder {

    private ArchiveFolder() {}

    /** What is wrong with such a folder, as the end of a sentence that begins with it; empty when it can be used. */
    public static Optional<String> fault(String folder) {
        List<String> parts = Arrays.stream(folder.strip().split("[/\\\\]+"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.contains("..")) {
            return Optional.of("must not contain \"..\": write a folder below the source's, such as processed, or the"
                    + " whole path, such as /archive/contacts");
        }

        return parts.isEmpty()
                ? Optional.of("must not be the source's folder itself or the root: archived files would be delivered"
                        + " again. Write a folder such as processed")
                : Optional.empty();
    }
}
