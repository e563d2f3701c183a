package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.automation.jobfile.ContactImportJob.Destination;
import io.muster.automation.jobfile.ContactImportJob.EventKeys;
import io.muster.automation.jobfile.ContactImportJob.MappingKeys;
import io.muster.directory.FieldPolicy;
import io.muster.extract.csv.FileFormat;
import io.muster.jobs.contactimport.FileContent;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.fileout.FileOutSpec;
import io.muster.support.document.binding.About;
import io.muster.support.document.binding.Inline;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the rows of a task go. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Loader.Contacts.class, name = "contacts"),
    @JsonSubTypes.Type(value = Loader.ListMembers.class, name = "list"),
    @JsonSubTypes.Type(value = Loader.Touchpoints.class, name = "touchpoints"),
    @JsonSubTypes.Type(value = Loader.File.class, name = "file")
})
public sealed interface Loader {

    /** The directory that the run belongs to. */
    String directory();

    /** A loader into a directory. */
    sealed interface IntoDirectory extends Loader {

        /** The keys of an import that loads the same. */
        ContactLoading loading();

        /** The specification of each run. */
        default ImportSpec toImportSpec(FileFormat format) {
            return loading().toImportSpec(format);
        }

        @Override
        default String directory() {
            return loading().target().directory();
        }
    }

    /** Contacts, with transactions and touchpoints where the mapping has them. */
    record Contacts(@Inline @Valid ContactLoading loading) implements IntoDirectory {}

    /** Members of a list: contacts that are there already join it, and nothing else of them changes. */
    record ListMembers(
            @NotNull @Valid @About("The directory and the list.")
            Destination target,

            @NotEmpty(message = "must map a column that contacts are recognised by")
            @Size(max = 5000)
            @About("Target by column name: fields by which contacts are recognised, embedded.NAME, list.NAME"
                    + " or unsubscribed.list. Others are ignored.")
            Map<@NotBlank String, Target> columns,

            @Size(max = 100)
            @About("Values that count as blank, compared without case; the directory's where absent. Quote them.")
            @Nullable
            List<@NotBlank @Size(max = 100) String> nullTokens,

            @Valid
            @About("Limits that protect the directory; a run that passes one fails before anything is loaded."
                    + " Each default can be lifted with none.")
            ImportLimits limits)
            implements IntoDirectory {

        /** Fills in what may be absent. */
        public ListMembers {
            columns = ContactLoading.ordered(columns);
        }

        @Override
        public ContactLoading loading() {
            Map<Target, FieldPolicy> policies = new LinkedHashMap<>();
            columns.values().stream()
                    .filter(goal -> goal instanceof Target.Field || goal instanceof Target.Embedded)
                    .forEach(goal -> policies.put(goal, FieldPolicy.KEEP));
            return new ContactLoading(
                    new MappingKeys(
                            columns,
                            Mapping.Unmapped.IGNORE,
                            Map.of(),
                            Map.of(),
                            null,
                            Map.of(),
                            List.of(),
                            Mapping.OnMissing.REJECT),
                    target,
                    ImportMode.UPDATE_ONLY,
                    policies,
                    nullTokens,
                    null,
                    Map.of(),
                    ImportSpec.OptOut.NEVER_LIFT,
                    null,
                    FileContent.PART,
                    EventKeys.usual(),
                    limits);
        }
    }

    /** Touchpoints and transactions of contacts that are there already. */
    record Touchpoints(
            @NotBlank @About("The directory, by id or name.")
            String directory,

            @NotNull @Valid @About("How columns become touchpoints, and whose they are.")
            MappingKeys mapping,

            @Valid @About("How transactions and touchpoints are told apart.")
            EventKeys events,

            @Size(max = 100)
            @About("Values that count as blank, compared without case; the directory's where absent. Quote them.")
            @Nullable
            List<@NotBlank @Size(max = 100) String> nullTokens,

            @Valid
            @About("Limits that protect the directory; a run that passes one fails before anything is loaded."
                    + " Each default can be lifted with none.")
            ImportLimits limits)
            implements IntoDirectory {

        @Override
        public ContactLoading loading() {
            return new ContactLoading(
                    mapping,
                    new Destination(directory, null, null),
                    ImportMode.EVENTS_ONLY,
                    Map.of(),
                    nullTokens,
                    null,
                    Map.of(),
                    ImportSpec.OptOut.NEVER_LIFT,
                    null,
                    FileContent.PART,
                    events == null ? EventKeys.usual() : events,
                    limits);
        }
    }

    /** A file elsewhere. */
    record File(
            @NotBlank @About("The directory that the run belongs to, by id or name.")
            String directory,

            @NotNull @Valid @About("The folder or SFTP server that the file goes to.")
            JobSource to,

            @NotBlank
            @Size(max = 200)
            @About("Name of the file, with {date}, {time} and {run} filled in; no file is ever overwritten.")
            String name,

            @About(value = "csv: with a header; json-lines: an object a line, without blank values.", byDefault = "csv")
            FileOutSpec.Format format,

            @Size(max = 1000) @About("Its columns, in order; all where absent.")
            List<@NotBlank String> columns)
            implements Loader {

        /** Fills in what may be absent. */
        public File {
            format = format == null ? FileOutSpec.Format.CSV : format;
            columns = columns == null ? List.of() : List.copyOf(columns);
        }
    }
}
