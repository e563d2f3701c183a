package io.muster.extract.combine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** How the records of several extractors become the rows of one run; {@code by} in the job file names the kind. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Combination.Union.class, name = "union"),
    @JsonSubTypes.Type(value = Combination.Join.class, name = "join")
})
public sealed interface Combination {

    /** All records, those of the first extractor first; columns of one name are one column. */
    record Union() implements Combination {}

    /** Each record of the first extractor, with the values of the record of the others that has the same key. */
    record Join(
            @NotBlank
            @Size(max = 255)
            @About("Column of the first extractor whose values are looked for in the others; compared exactly, without"
                    + " outer white space; a blank one is not found.")
            String key,

            @Size(min = 1, max = 255)
            @About("Column of the others that is compared with it; key where absent.")
            @Nullable
            String otherKey,

            @About(
                    value = "left: records that find nothing stay, with blanks; inner: they are left out.",
                    byDefault = "left")
            Keep keep,

            @About(
                    value = "What happens when another extractor has a key on several records: the first or the last"
                            + " counts, or refuse: the run fails before anything is loaded.",
                    byDefault = "refuse")
            Repeated repeated)
            implements Combination {

        /** What happens to records that find nothing. */
        public enum Keep {
            /** They stay. */
            LEFT,
            /** They are left out. */
            INNER
        }

        /** What happens to a key on several records. */
        public enum Repeated {
            /** The first record counts. */
            FIRST,
            /** The last record counts. */
            LAST,
            /** The run fails. */
            REFUSE
        }

        /** Fills in what may be absent. */
        public Join {
            keep = keep == null ? Keep.LEFT : keep;
            repeated = repeated == null ? Repeated.REFUSE : repeated;
        }

        /** The column of the other extractors. */
        String keyOfOthers() {
            return otherKey == null ? key : otherKey;
        }
    }
}
