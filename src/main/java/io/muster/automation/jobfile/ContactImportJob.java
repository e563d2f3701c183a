package io.muster.automation.jobfile;

import io.muster.directory.FieldRules;
import io.muster.extract.source.FileChoice;
import io.muster.extract.transform.Transform;
import io.muster.jobs.contactimport.ColumnFormat;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.NumberForm;
import io.muster.jobs.contactimport.Target;
import io.muster.load.RepeatedEvent;
import io.muster.support.Fold;
import io.muster.support.document.binding.About;
import io.muster.support.document.binding.Inline;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.ZoneId;
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

        @Inline @Valid ContactLoading loading,

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
            columns = ContactLoading.ordered(columns);
            unmapped = unmapped == null ? Mapping.Unmapped.EMBED : unmapped;
            constants = ContactLoading.ordered(constants);
            values = ContactLoading.ordered(values);
            formats = ContactLoading.ordered(formats);
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

        static EventKeys usual() {
            return new EventKeys(null, RepeatedEvent.KEEP);
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
        transform = transform == null ? List.of() : List.copyOf(transform);
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
        return loading.toImportSpec(format.toFileFormat()).transformed(transform);
    }
}
