package io.muster.app;

import io.muster.extract.csv.FileFormat;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the maker of an import has chosen so far; stored as JSON.
 *
 * @param mostRejected how many rows may be rejected, as it was written; empty for no limit
 * @param format how the file is read
 * @param columns by their place
 * @param others what happens to columns for which nothing is chosen
 * @param like the settings of the run whose rejected rows are corrected; null for none
 */
public record DraftChoices(
        ListTarget list,
        ImportMode mode,
        String mostRejected,
        FileFormat format,
        List<ColumnChoice> columns,
        Mapping.Unmapped others,
        @Nullable ImportSpec like) {

    /** Copies the columns. */
    public DraftChoices {
        columns = List.copyOf(columns);
    }

    DraftChoices with(FileFormat other, List<ColumnChoice> otherColumns) {
        return new DraftChoices(list, mode, mostRejected, other, otherColumns, others, like);
    }

    DraftChoices with(List<ColumnChoice> otherColumns, Mapping.Unmapped otherUse) {
        return new DraftChoices(list, mode, mostRejected, format, otherColumns, otherUse, like);
    }

    /**
     * What is chosen for a column.
     *
     * @param target where it goes: a target as job files write it, or {@code embedded}, {@code transaction.field} and
     *     {@code list} for one that keeps the name of the column
     * @param dropsInvalid whether a value that is invalid is left out, in place of rejecting its row
     */
    public record ColumnChoice(String target, boolean dropsInvalid, Reason reason) {

        /** The same with another target. */
        public ColumnChoice to(String other, boolean drops) {
            return new ColumnChoice(other, drops, other.equals(target) ? reason : Reason.CHOSEN);
        }
    }

    /** Why a column goes where it goes. */
    public enum Reason {
        /** It has no name, is there twice, or says what was wrong with rejected rows. */
        LEFT_OUT,
        /** It goes where it went in the run that is corrected. */
        AS_BEFORE,
        /** It went there when a file with these headers was imported last. */
        REMEMBERED,
        /** Its header is that of an upload. */
        RECOGNISED,
        /** Every other column becomes embedded data. */
        OTHER,
        /** Its maker has said so. */
        CHOSEN
    }
}
