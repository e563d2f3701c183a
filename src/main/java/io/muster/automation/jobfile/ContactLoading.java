package io.muster.automation.jobfile;

import io.muster.automation.jobfile.ContactImportJob.Destination;
import io.muster.automation.jobfile.ContactImportJob.EventKeys;
import io.muster.automation.jobfile.ContactImportJob.MappingKeys;
import io.muster.directory.FieldPolicy;
import io.muster.extract.csv.FileFormat;
import io.muster.jobs.contactimport.ColumnFormat;
import io.muster.jobs.contactimport.FileContent;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.RepeatedEvent;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How rows become contacts of a directory, or what they did: what all jobs that load contacts have in common, wherever
 * their rows come from.
 */
public record ContactLoading(
        @Valid
        @About("How columns become values; where absent only the exact headers of an upload map, the rest is embedded"
                + " data.")
        MappingKeys mapping,

        @NotNull @Valid @About("Where the contacts go.") Destination target,

        @About(
                value = "upsert: matching rows update, others create; create-only and update-only skip the others;"
                        + " events-only: rows only record transactions and touchpoints, contacts never change, rows of"
                        + " unknown ones are rejected.",
                byDefault = "upsert")
        ImportMode mode,

        @About("What an incoming value does to the stored one, by field; overrides the directory's policies.")
        Map<Target, FieldPolicy> policies,

        @Size(max = 100)
        @About("Values that count as blank, compared without case; the directory's where absent. Quote them.")
        @Nullable
        List<@NotBlank @Size(max = 100) String> nullTokens,

        @Pattern(regexp = "[A-Z]{2}", message = "must be a region of two capital letters such as DE")
        @About("Region (ISO 3166) in which phone numbers without + are read; the directory's where absent.")
        @Nullable
        String region,

        @About("What an invalid value does, by field: reject the row, or drop the value; the row is rejected where"
                + " absent.")
        Map<Target, ImportSpec.OnInvalid> invalidValues,

        @About(
                value = "never-lift: false or blank never lifts an opt-out; false-lifts: false does.",
                byDefault = "never-lift")
        ImportSpec.OptOut optOut,

        @Size(min = 1, max = 100)
        @About(
                "The source that the rows speak for, where several jobs speak for one: older rows of a source never replace"
                        + " what newer ones said. The job's id where absent.")
        @Nullable
        String sourceName,

        @About(
                value = "part: a file has any contacts, such as those that changed; full: each file has all of them,"
                        + " so that one with far fewer rows than the last fails.",
                byDefault = "part")
        FileContent file,

        @Valid @About("How transactions and touchpoints are told apart.")
        EventKeys events,

        @Valid
        @About("Limits that protect the directory; a run that passes one fails before anything is loaded."
                + " Each default can be lifted with none.")
        ImportLimits limits) {

    /** Fills in what may be absent. */
    public ContactLoading {
        mapping = mapping == null
                ? new MappingKeys(
                        Map.of(),
                        Mapping.Unmapped.EMBED,
                        Map.of(),
                        Map.of(),
                        null,
                        Map.of(),
                        List.of(),
                        Mapping.OnMissing.REJECT)
                : mapping;
        mode = mode == null ? ImportMode.UPSERT : mode;
        policies = ordered(policies);
        nullTokens = nullTokens == null ? null : List.copyOf(nullTokens);
        invalidValues = ordered(invalidValues);
        optOut = optOut == null ? ImportSpec.OptOut.NEVER_LIFT : optOut;
        file = file == null ? FileContent.PART : file;
        events = events == null ? new EventKeys(null, RepeatedEvent.KEEP) : events;
        limits = limits == null ? ImportLimits.none() : limits;
    }

    /** The specification of each run that loads like this, from files of that format. */
    ImportSpec toImportSpec(FileFormat format) {
        return new ImportSpec(
                        target.directory(),
                        listTarget(),
                        mode,
                        toMapping(),
                        byText(policies),
                        nullTokens,
                        region,
                        byText(invalidValues),
                        optOut,
                        limits.orUsual(file),
                        format,
                        events.toImportEvents(),
                        false)
                .from(sourceName);
    }

    private ListTarget listTarget() {
        String list = target.list();
        String newList = target.newList();
        return list != null
                ? new ListTarget.Existing(list)
                : newList != null ? new ListTarget.NewPerRun(newList) : new ListTarget.None();
    }

    private Mapping toMapping() {
        List<Mapping.Constant> constants = mapping.constants().entrySet().stream()
                .map(constant -> new Mapping.Constant(constant.getKey(), constant.getValue()))
                .toList();
        Map<String, ColumnFormat> formats = new LinkedHashMap<>();
        mapping.formats().forEach((column, format) -> formats.put(column, format.toColumnFormat()));
        return new Mapping(
                        mapping.columns(),
                        mapping.unmapped(),
                        constants,
                        mapping.values(),
                        mapping.dateFormat() == null
                                ? null
                                : mapping.dateFormat().text(),
                        mapping.required(),
                        mapping.requiredMissing())
                .withFormats(formats);
    }

    private static <V> Map<String, V> byText(Map<Target, V> map) {
        Map<String, V> texts = new LinkedHashMap<>();
        map.forEach((target, value) -> texts.put(target.text(), value));
        return texts;
    }

    static <K, V> Map<K, V> ordered(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
