package io.muster.automation.jobfile;

import io.muster.extract.record.DirectoryRecords;
import io.muster.extract.record.RecordSpec;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** Contacts of this installation. */
record DirectoryExtractor(
        @NotNull
        @Pattern(regexp = JobExtractor.NAME, message = JobExtractor.NAME_MESSAGE)
        @About("Its name, unique in the workflow.")
        String name,

        @NotNull @About("Directory whose contacts are read, by id or name.")
        String directory,

        @About("Only the members of this list, by id or name.") @Nullable
        String list,

        @About("Only the members of this segment's published version, by id or name.") @Nullable
        String segment)
        implements JobExtractor {

    @Override
    public RecordSpec toRecordSpec(String job, References references) {
        return new DirectoryRecords(directory, list, segment);
    }
}
