package io.muster.cli;

import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.Limit;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The limits that an import of contacts may be given, to be mixed in. */
final class LimitOptions {

    @Option(
            names = "--max-created",
            paramLabel = "SHARE",
            description = "Load nothing when there would be more new contacts, as a share of those that the directory"
                    + " has, for example 25%%.")
    private @Nullable String created;

    @Option(
            names = "--max-changed",
            paramLabel = "SHARE",
            description = "Load nothing when a greater share of the directory's contacts would change or be deleted.")
    private @Nullable String changed;

    @Option(
            names = "--max-merges",
            paramLabel = "SHARE",
            description = "Load nothing when a greater share of the directory's contacts would become part of another"
                    + " one.")
    private @Nullable String merges;

    /** The limits with those that were given. */
    ImportLimits of(ImportLimits limits) {
        return new ImportLimits(
                limits.maxRejected(),
                limits.maxRejectedRows(),
                limit("--max-created", created, limits.maxCreated()),
                limit("--max-changed", changed, limits.maxChanged()),
                limit("--max-merges", merges, limits.maxMerges()),
                limits.maxShrinkage(),
                limits.maxRowsPerKey(),
                limits.minRows());
    }

    private static @Nullable Limit limit(String option, @Nullable String text, @Nullable Limit before) {
        try {
            return text == null ? before : Limit.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.usage("Cannot use " + option + " '" + text + "': it " + e.getMessage() + ".");
        }
    }
}
