package io.muster.automation.jobfile;

import io.muster.extract.record.EligibilityRecords;
import io.muster.extract.record.RecordSpec;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** Who may be contacted, as a run of this installation has found it. */
record EligibilityExtractor(
        @NotNull
        @Pattern(regexp = JobExtractor.NAME, message = JobExtractor.NAME_MESSAGE)
        @About("Its name, unique in the workflow.")
        String name,

        @NotNull @About("Directory that was asked about, by id or name.")
        String directory,

        @About("The run that asked, RN_…; the newest that has completed where absent.") @Nullable
        String run)
        implements JobExtractor {

    @Override
    public RecordSpec toRecordSpec(String job, References references) {
        return new EligibilityRecords(directory, run);
    }
}
