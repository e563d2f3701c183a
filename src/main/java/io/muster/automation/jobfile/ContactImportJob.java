package io.muster.automation.jobfile;

import io.muster.directory.FieldPolicy;
import io.muster.directory.FieldRules;
import io.muster.extract.source.FileChoice;
import io.muster.extract.transform.Transform;
import io.muster.jobs.contactimport.ColumnFormat;
import io.muster.jobs.contactimport.FileContent;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.NumberForm;
import io.muster.jobs.contactimport.Target;
import io.muster.load.RepeatedEvent;
import io.muster.support.Fold;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Imports contacts from the files of a source into a directory. */
public record ContactImportJob(
        @NotNull
        @Pattern(
                regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                message = "must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as nightly-contacts")
        @About("The automation's identity, unique over all job files; deliveries and runs belong to it.")
        String id,

        @NotBlank @Size(max = 255) @About("What people call the automation; shown in notifications.")
        String name,

        @Size(max = 2000) @About("What it is for, for the next reader.") @Nullable
        String description,

        @About(value = "Whether its schedules run; a run by hand is always possible.", byDefault = "true")
        Boolean enabled,

        @NotNull @Valid @About("Where the files come from.") JobSource source,

        @Valid @About("Which files are taken; all where absent.")
        FileChoice files,

        @Valid @About("How the files are read.") FileReading format,

        @Size(max = 200)
        @About("What happens to the values of a row before they are mapped, in order; see docs/workflows.md.")
        List<@Valid Transform> transform,

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
        ImportLimits limits,

        @Valid @About("What happens to a file after its run has balanced; it is left where absent.")
        Afterwards afterwards,

        @About(
                value = "hold-back: a failed file holds back newer ones; continue: newer ones are imported all the"
                        + " same.",
                byDefault = "hold-back")
        OnFailure onFailure,

        @About("How long a failed file holds back newer ones, such as 24h, counted from the start of its run; with"
                + " on-failure hold-back. Until somebody acts where absent.")
        @Nullable
        Duration holdBack,

        @About(
                value =
                        "oldest-first: a file that comes after a newer one was imported waits for a decision; any: it is"
                                + " imported when it comes.",
                byDefault = "oldest-first")
        Order order,

        @About(
                value = "Whether segments of the directory are rebuilt after new files were imported: none, full, or"
                        + " incremental for the contacts that changed.",
                byDefault = "none")
        RebuildSegments rebuildSegments,

        @About(
                value = "IANA time zone of schedules, alarm and dates in names, such as Europe/Berlin.",
                byDefault = "UTC")
        ZoneId zone,

        @Size(max = 50) @About("When it runs; on demand only where absent.")
        List<@Valid ScheduleEntry> schedules,

        @About(
                value = "once: one run makes up for all missed while no server ran; skip: they are left out.",
                byDefault = "once")
        MissedRuns missedRuns,

        @Valid @About("The alarm for a file that does not come.") @Nullable
        NoFileAlarm alarm,

        @Size(max = 50) @About("Who is notified of runs.") List<@Valid NotificationRule> notifications)
        implements JobFile {

    /** The kind as written. */
    public static final String KIND = "contact-import";

    /** How columns become values. */
    public record MappingKeys(
            @Size(max = 5000)
            @About("Target by column name: firstName, lastName, email, phone, extRef, language, unsubscribed"
                    + " (or unsubscribed.list, unsubscribed.directory),"
                    + " embedded.NAME, list.NAME, transaction.id, transaction.date, transaction.field.NAME,"
                    + " touchpoint.channel, touchpoint.kind, touchpoint.time, touchpoint.survey,"
                    + " touchpoint.intercept, touchpoint.project, touchpoint.display, touchpoint.session,"
                    + " touchpoint.key, contactId (in mode events-only), action (upsert,"
                    + " leave-list, opt-out or delete; blank: upsert), asOf or ignore.")
            Map<@NotBlank String, Target> columns,

            @About(
                    value = "What happens to other columns: embed under their own name, ignore, or transaction: they"
                            + " become fields of the row's transaction.",
                    byDefault = "embed")
            Mapping.Unmapped unmapped,

            @Size(max = 1000) @About("Values that every row has, by target; a mapped column that is not blank wins.")
            Map<Target, String> constants,

            @Size(max = 1000) @About("Value maps by column name: the value in the file and what it becomes.")
            Map<@NotBlank String, Map<String, String>> values,

            @About("Pattern of the dates of transactions and touchpoints (java.time), such as dd.MM.yyyy; ISO 8601"
                    + " where absent.")
            @Nullable
            DatePattern dateFormat,

            @Size(max = 1000)
            @About(
                    "How columns write numbers (number: 1.234,50) or dates (date: dd.MM.yyyy), by column name; they are stored in one form.")
            Map<@NotBlank String, @Valid Format> formats,

            @Size(max = 1000) @About("Targets that a row must have.")
            List<Target> required,

            @About(value = "What happens to a row that lacks a required target: reject or skip.", byDefault = "reject")
            Mapping.OnMissing requiredMissing) {

        /** Fills in what may be absent. */
        public MappingKeys {
            columns = ordered(columns);
            unmapped = unmapped == null ? Mapping.Unmapped.EMBED : unmapped;
            constants = ordered(constants);
            values = ordered(values);
            formats = ordered(formats);
            required = required == null ? List.of() : List.copyOf(required);
            requiredMissing = requiredMissing == null ? Mapping.OnMissing.REJECT : requiredMissing;
        }
    }

    /** How a column writes numbers or dates: one of the two. */
    public record Format(
            @About("The number 1234.50 as the column writes it: 1.234,50 or 1,234.50 or 1 234,50 or 1234,50.") @Nullable
            NumberForm number,

            @About("Pattern of the dates (java.time), such as dd.MM.yyyy.") @Nullable
            DatePattern date) {

        ColumnFormat toColumnFormat() {
            return new ColumnFormat(number == null ? null : number.toString(), date == null ? null : date.text());
        }
    }

    /** A pattern of dates that could be read, as written. */
    public record DatePattern(String text) {}

    /** How transactions and touchpoints are told apart. */
    public record EventKeys(
            @Size(max = FieldRules.MAX_EVENT_SOURCE)
            @About("The system that transactions and touchpoints come from: their ids are unique in it, so that two"
                    + " systems that both count from 1 never meet. source-name, else the automation, where absent.")
            @Nullable
            String source,

            @About(
                    value = "What a second record of an id does that says something else: keep the first and warn, or"
                            + " amend it when the second is newer.",
                    byDefault = "keep")
            RepeatedEvent repeated) {

        /** Fills in what may be absent. */
        public EventKeys {
            repeated = repeated == null ? RepeatedEvent.KEEP : repeated;
        }

        ImportEvents toImportEvents() {
            return new ImportEvents(source == null ? null : Fold.trim(source), repeated);
        }
    }

    /** Where the contacts go. */
    public record Destination(
            @NotBlank @About("The directory, by id or name.")
            String directory,

            @Size(min = 1, max = 255) @About("A mailing list that is there, by id or name.") @Nullable
            String list,

            @Size(min = 1, max = 255)
            @About("Name of a list made by each run, with at least one of {date}, {time}, {file} and {run}, which are"
                    + " filled in.")
            @Nullable
            String newList) {}

    /** What happens to a file after its run has balanced. */
    public record Afterwards(
            @NotNull @About("leave the file, archive it into a folder, or delete it; never after a failure.")
            Action action,

            @About(
                    "Folder of the same source for archive: below the source's folder, or a whole path; never with \"..\".")
            @Nullable
            Setting folder) {

        /** What happens to a file. */
        public enum Action {
            /** It stays; the ledger knows that it was imported. */
            LEAVE,
            /** It moves into a folder under a name that never collides. */
            ARCHIVE,
            /** It is deleted. */
            DELETE
        }
    }

    /** What a failed file means for newer ones. */
    public enum OnFailure {
        /** Newer files wait until it is resumed, reprocessed or abandoned. */
        HOLD_BACK,
        /** Newer files are imported all the same. */
        CONTINUE
    }

    /** In which order files may be imported. */
    public enum Order {
        /** No older file after a newer one, unless a person says so. */
        OLDEST_FIRST,
        /** Any. */
        ANY
    }

    /** What happens to segments after an import. */
    public enum RebuildSegments {
        /** They wait for their own schedule. */
        NONE,
        /** They are rebuilt over all contacts. */
        FULL,
        /** They are refreshed for the contacts that changed. */
        INCREMENTAL
    }

    /** Fills in what may be absent. */
    public ContactImportJob {
        enabled = enabled == null || enabled;
        files = files == null ? FileChoice.usual() : files;
        // A dropped file is whole when it is listed.
        files = source instanceof JobSource.Drop ? files.lookedAtOnce() : files;
        format = format == null ? FileReading.usual() : format;
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
        transform = transform == null ? List.of() : List.copyOf(transform);
        mode = mode == null ? ImportMode.UPSERT : mode;
        policies = ordered(policies);
        nullTokens = nullTokens == null ? null : List.copyOf(nullTokens);
        invalidValues = ordered(invalidValues);
        optOut = optOut == null ? ImportSpec.OptOut.NEVER_LIFT : optOut;
        file = file == null ? FileContent.PART : file;
        events = events == null ? new EventKeys(null, RepeatedEvent.KEEP) : events;
        limits = limits == null ? ImportLimits.none() : limits;
        afterwards = afterwards == null ? new Afterwards(Afterwards.Action.LEAVE, null) : afterwards;
        onFailure = onFailure == null ? OnFailure.HOLD_BACK : onFailure;
        order = order == null ? Order.OLDEST_FIRST : order;
        rebuildSegments = rebuildSegments == null ? RebuildSegments.NONE : rebuildSegments;
        zone = zone == null ? ZoneId.of("UTC") : zone;
        schedules = schedules == null ? List.of() : List.copyOf(schedules);
        missedRuns = missedRuns == null ? MissedRuns.ONCE : missedRuns;
        notifications = notifications == null ? List.of() : List.copyOf(notifications);
    }

    /** The specification of each run of this job. */
    public ImportSpec toImportSpec() {
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
                        format.toFileFormat(),
                        events.toImportEvents(),
                        false)
                .from(sourceName)
                .transformed(transform);
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

    private static <K, V> Map<K, V> ordered(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
