package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.extract.record.FileRecords;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.FileChoice;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Where a workflow finds records. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobExtractor.Files.class, name = "files"),
    @JsonSubTypes.Type(value = DatabaseExtractor.class, name = "database"),
    @JsonSubTypes.Type(value = WebExtractor.class, name = "http"),
    @JsonSubTypes.Type(value = DirectoryExtractor.class, name = "directory"),
    @JsonSubTypes.Type(value = EligibilityExtractor.class, name = "eligibility")
})
public sealed interface JobExtractor
        permits JobExtractor.Files, DatabaseExtractor, WebExtractor, DirectoryExtractor, EligibilityExtractor {

    /** Its name, unique in the workflow. */
    String name();

    /**
     * What it reads, with everything looked up but the secrets.
     *
     * @param job the id of the job
     * @throws io.muster.support.Refusal when a reference leads nowhere, or to a value of the wrong form
     */
    RecordSpec toRecordSpec(String job, References references);

    /** Files of a source. */
    record Files(
            @NotNull @Pattern(regexp = NAME, message = NAME_MESSAGE) @About("Its name, unique in the workflow.")
            String name,

            @NotNull @Valid @About("Where the files come from.")
            JobSource source,

            @Valid @About("Which files are taken; all where absent.")
            FileChoice files,

            @Valid @About("How the files are read.") FileReading format)
            implements JobExtractor {

        /** Fills in what may be absent. */
        public Files {
            files = files == null ? FileChoice.usual() : files;
            // A dropped file is whole when it is listed.
            files = source instanceof JobSource.Drop ? files.lookedAtOnce() : files;
            format = format == null ? FileReading.usual() : format;
        }

        @Override
        public RecordSpec toRecordSpec(String job, References references) {
            return new FileRecords(source.toSourceSpec(job, references), files, format.toFileFormat());
        }
    }

    /** What names look like. */
    String NAME = "[a-z0-9][a-z0-9_-]{0,63}";

    /** What is said of others. */
    String NAME_MESSAGE = "must be 1 to 64 lower-case letters, digits, '_' or '-', such as orders";
}
