package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * Limits that protect the directory; a run that passes one fails before anything is loaded. Null means that nothing is
 * said: no limit, until {@link #orUsual} fills in the limits that automations have by default.
 */
public record ImportLimits(
        @About(
                value = "Greatest share of rows rejected: 5%, 5% over 20 (never passed by 20 or fewer), or none.",
                byDefault = "10% over 20; none where max-rejected-rows is given")
        @JsonAlias("maxRejectedShare")
        @Nullable
        Limit maxRejected,

        @Min(0) @About("Greatest number of rows rejected.") @Nullable
        Long maxRejectedRows,

        @About(
                value = "Greatest number of new contacts, as a share of those that the directory has; a directory with"
                        + " fewer than 1,000 is filled without this limit.",
                byDefault = "25% over 1000")
        @Nullable
        Limit maxCreated,

        @About(
                value = "Greatest share of the directory's contacts that may change or be deleted.",
                byDefault = "50% over 1000")
        @JsonAlias("maxChangedShare")
        @Nullable
        Limit maxChanged,

        @About(
                value = "Greatest share of the directory's contacts that may become part of another one when duplicates"
                        + " are merged after the run.",
                byDefault = "1% over 100")
        @Nullable
        Limit maxMerges,

        @About(
                value = "How much smaller than the last imported file, in rows, the file may be, such as 30%.",
                byDefault = "50% where the job says file: full, else none")
        @Nullable
        Limit maxShrinkage,

        @Min(1)
        @Max(Integer.MAX_VALUE)
        @About("Greatest number of rows of the file that share one key value.")
        @Nullable
        Integer maxRowsPerKey,

        @Min(0) @About("Fewest rows a file must have.") @Nullable
        Long minRows) {

    /** A directory with fewer contacts is filled, whatever the file brings. */
    static final long FILLED_BELOW = 1_000;

    private static final Limit USUAL_REJECTED = Limit.percent(10, 20);
    private static final Limit USUAL_CREATED = Limit.percent(25, 1_000);
    private static final Limit USUAL_CHANGED = Limit.percent(50, 1_000);
    private static final Limit USUAL_MERGES = Limit.percent(1, 100);
    private static final Limit USUAL_SHRINKAGE = Limit.percent(50, 0);

    /** No limits. */
    public static ImportLimits none() {
        return new ImportLimits(null, null, null, null, null, null, null, null);
    }

    /** The same, with the limits that automations have by default in place of those that nothing is said of. */
    public ImportLimits orUsual(FileContent content) {
        return new ImportLimits(
                maxRejected == null && maxRejectedRows == null ? USUAL_REJECTED : maxRejected,
                maxRejectedRows,
                or(maxCreated, USUAL_CREATED),
                or(maxChanged, USUAL_CHANGED),
                or(maxMerges, USUAL_MERGES),
                maxShrinkage == null && content == FileContent.FULL ? USUAL_SHRINKAGE : maxShrinkage,
                maxRowsPerKey,
                minRows);
    }

    /**
     * The same with another limit of rejected rows.
     *
     * @param text a share such as {@code 5%}, {@code none}, or a number of rows
     * @throws IllegalArgumentException when it is none of these
     */
    public ImportLimits rejecting(String text) {
        if (text.contains("%") || text.equals("none")) {
            return rejecting(Limit.parse(text), null);
        }

        long rows = Long.parseLong(text.strip());
        if (rows < 0) {
            throw new IllegalArgumentException("is below 0");
        }

        return rejecting(null, rows);
    }

    private ImportLimits rejecting(@Nullable Limit share, @Nullable Long rows) {
        return new ImportLimits(share, rows, maxCreated, maxChanged, maxMerges, maxShrinkage, maxRowsPerKey, minRows);
    }

    private static Limit or(@Nullable Limit said, Limit usual) {
        return said == null ? usual : said;
    }
}
