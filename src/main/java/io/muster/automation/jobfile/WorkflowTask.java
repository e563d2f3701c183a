package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.extract.combine.Combination;
import io.muster.extract.transform.Transform;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task of a workflow; {@code do} in the job file names the kind. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
    @JsonSubTypes.Type(value = WorkflowTask.Load.class, name = "load"),
    @JsonSubTypes.Type(value = WorkflowTask.Rebuild.class, name = "rebuild")
})
public sealed interface WorkflowTask {

    /** The directory that its run belongs to. */
    String directory();

    /** What it is called where the tasks of a workflow are told: {@code contacts}, {@code file}, {@code rebuild}. */
    String kind();

    /** Extracts records, transforms them, and loads them. */
    record Load(
            @NotEmpty(message = "must name an extractor")
            @Size(max = 20)
            @About(
                    "Where the records come from. The first extractor of the first task, where it takes files, drives the"
                            + " workflow: it runs once for each new file. Others read the newest file that matches.")
            List<@Valid JobExtractor> extract,

            @Valid @About("How the records of several extractors become rows.") @Nullable
            Combination combine,

            @Size(max = 200)
            @About("What happens to the values of a row before they are mapped, in order; see docs/workflows.md.")
            List<@Valid Transform> transform,

            @NotNull @Valid @About("Where the rows go.") Loader into,

            @Valid
            @About(
                    "What happens to the file that drove the workflow after its run has balanced; it is left where absent.")
            @Nullable
            Afterwards afterwards)
            implements WorkflowTask {

        /** Fills in what may be absent. */
        public Load {
            extract = extract == null ? List.of() : List.copyOf(extract);
            transform = transform == null ? List.of() : List.copyOf(transform);
        }

        @Override
        public String directory() {
            return into.directory();
        }

        @Override
        public String kind() {
            return switch (into) {
                case Loader.Contacts ignored -> "contacts";
                case Loader.ListMembers ignored -> "list";
                case Loader.Touchpoints ignored -> "touchpoints";
                case Loader.File ignored -> "file";
            };
        }
    }

    /** Rebuilds segments. */
    record Rebuild(
            @NotBlank @About("The directory whose segments are rebuilt, by id or name.")
            String directory,

            @Size(max = 1000) @About("Only these segments, by id or name; all where absent.")
            List<@NotBlank String> segments,

            @About(
                    value =
                            "full: all contacts; incremental: those that changed since the last rebuild, where that gives"
                                    + " the same.",
                    byDefault = "full")
            SegmentRebuildJob.Mode mode)
            implements WorkflowTask {

        /** Fills in what may be absent. */
        public Rebuild {
            segments = segments == null ? List.of() : List.copyOf(segments);
            mode = mode == null ? SegmentRebuildJob.Mode.FULL : mode;
        }

        @Override
        public String kind() {
            return "rebuild";
        }
    }
}
