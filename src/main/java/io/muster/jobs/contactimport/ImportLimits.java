package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** Limits that protect the directory; a run that passes one fails before anything is loaded. Null means no limit. */
public record ImportLimits(
        @About("Greatest share of rows rejected, such as 5%.") @JsonAlias("maxRejectedShare") @Nullable
        Share maxRejected,

        @Min(0) @About("Greatest number of rows rejected.") @Nullable
        Long maxRejectedRows,

        @About("How much smaller than the last imported file, in rows, the file may be, such as 30%.") @Nullable
        Share maxShrinkage,

        @About("Greatest share of the directory's contacts that may change, such as 20%.")
        @JsonAlias("maxChangedShare")
        @Nullable
        Share maxChanged,

        @Min(1)
        @Max(Integer.MAX_VALUE)
        @About("Greatest number of rows of the file that share one key value.")
        @Nullable
        Integer maxRowsPerKey,

        @Min(0) @About("Fewest rows a file must have.") @Nullable
        Long minRows) {

    /** No limits. */
    public static ImportLimits none() {
        return new ImportLimits(null, null, null, null, null, null);
    }
}
