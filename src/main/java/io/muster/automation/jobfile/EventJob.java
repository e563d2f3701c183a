package io.muster.automation.jobfile;

import io.muster.automation.jobfile.ContactImportJob.DatePattern;
import io.muster.automation.jobfile.ContactImportJob.EventKeys;
import io.muster.automation.jobfile.ContactImportJob.Format;
import io.muster.automation.jobfile.ContactImportJob.MappingKeys;
import io.muster.directory.FieldPolicy;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.RepeatedEvent;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates or updates one contact for each JSON event that comes in. */
public record EventJob(
        @NotNull
        @Pattern(
                regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                message = "must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as shop-orders")
        @About("The automation's identity, unique over all job files; its address and its events belong to it.")
        String id,

        @NotBlank @Size(max = 255) @About("What people call it.")
        String name,

        @Size(max = 2000) @About("What it is for, for the next reader.") @Nullable
        String description,

        @About(value = "Whether it takes events; switched off, its addresses are unknown.", byDefault = "true")
        Boolean enabled,

        @About(
                value =
                        "What it starts from: post, JSON that is sent to its address; or response, each verified response"
                                + " to a survey.",
                byDefault = "post")
        On on,

        @Valid @About("Which responses; all where absent. With on: response.")
        Responses responses,

        @Size(max = 500)
        @About("JSONPath of the event's own id, which has one effect however often it comes; the header Idempotency-Key"
                + " of a call wins.")
        @Nullable
        String eventId,

        @NotNull @Valid @About("How values of the JSON become those of a contact.")
        Picks mapping,

        @NotNull @Valid @About("Where the contact goes.") Destination target,

        @About(
                value =
                        "upsert: an event about a known contact updates it, others create one; create-only and update-only"
                                + " skip the others; events-only: only transactions and touchpoints are recorded.",
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

        @About("What an invalid value does, by field: reject the event, or drop the value; the event is rejected where"
                + " absent.")
        Map<Target, ImportSpec.OnInvalid> invalidValues,

        @About(
                value = "never-lift: false or blank never lifts an opt-out; false-lifts: false does.",
                byDefault = "never-lift")
        ImportSpec.OptOut optOut,

        @Size(min = 1, max = 100)
        @About("The source that the events speak for, where several jobs speak for one. The job's id where absent.")
        @Nullable
        String sourceName,

        @Valid @About("How transactions and touchpoints are told apart.")
        EventKeys events)
        implements JobFile {

    /** The kind as written. */
    public static final String KIND = "event";

    /** What an event is. */
    public enum On {
        /** JSON that somebody sends. */
        POST,
        /** A response to a survey. */
        RESPONSE
    }

    /** Which responses. */
    public record Responses(
            @Size(max = 30) @About("Only those of this project, ZN_…. With on: response.") @Nullable
            String project,

            @Size(max = 30) @About("Only those of this intercept, SI_…. With on: response.") @Nullable
            String intercept,

            @Size(max = 100) @About("Only those to this survey. With on: response.") @Nullable
            String survey) {}

    /** How values of the JSON become those of a contact. */
    public record Picks(
            @NotEmpty
            @Size(max = 1000)
            @About(
                    "Target by JSONPath, such as $.customer.email: email; the targets are those of the columns of a file.")
            Map<@NotBlank String, Target> fields,

            @About(
                    value =
                            "What happens when there is nothing at a path: reject the event, or take the value as blank."
                                    + " null counts as blank.",
                    byDefault = "reject")
            Missing missing,

            @Size(max = 1000) @About("Values that every event has, by target; a picked value that is not blank wins.")
            Map<Target, String> constants,

            @Size(max = 1000) @About("Value maps by JSONPath: the value in the JSON and what it becomes.")
            Map<@NotBlank String, Map<String, String>> values,

            @About("Pattern of the dates of transactions and touchpoints (java.time), such as dd.MM.yyyy; ISO 8601"
                    + " where absent.")
            @Nullable
            DatePattern dateFormat,

            @Size(max = 1000)
            @About(
                    "How numbers (number: 1.234,50) or dates (date: dd.MM.yyyy) are written, by JSONPath; they are stored in"
                            + " one form.")
            Map<@NotBlank String, @Valid Format> formats,

            @Size(max = 1000) @About("Targets that an event must have.")
            List<Target> required,

            @About(
                    value = "What happens to an event that lacks a required target: reject or skip.",
                    byDefault = "reject")
            Mapping.OnMissing requiredMissing) {

        /** What happens when there is nothing at a path. */
        public enum Missing {
            /** The event is rejected. */
            REJECT,
            /** The value counts as blank. */
            BLANK
        }

        /** Fills in what may be absent. */
        public Picks {
            fields = ordered(fields);
            missing = missing == null ? Missing.REJECT : missing;
            constants = ordered(constants);
            values = ordered(values);
            formats = ordered(formats);
            required = required == null ? List.of() : List.copyOf(required);
            requiredMissing = requiredMissing == null ? Mapping.OnMissing.REJECT : requiredMissing;
        }

        MappingKeys asColumns() {
            return new MappingKeys(
                    fields, Mapping.Unmapped.IGNORE, constants, values, dateFormat, formats, required, requiredMissing);
        }
    }

    /** Where the contact goes. */
    public record Destination(
            @NotBlank @About("The directory, by id or name.")
            String directory,

            @Size(min = 1, max = 255) @About("A mailing list that is there, by id or name.") @Nullable
            String list) {}

    /** Fills in what may be absent. */
    public EventJob {
        enabled = enabled == null || enabled;
        on = on == null ? On.POST : on;
        responses = responses == null ? new Responses(null, null, null) : responses;
        mode = mode == null ? ImportMode.UPSERT : mode;
        policies = ordered(policies);
        nullTokens = nullTokens == null ? null : List.copyOf(nullTokens);
        invalidValues = ordered(invalidValues);
        optOut = optOut == null ? ImportSpec.OptOut.NEVER_LIFT : optOut;
        events = events == null ? new EventKeys(null, RepeatedEvent.KEEP) : events;
    }

    /** What is to be done with an event, as with a row of a file: one set of rules holds for both. */
    public ImportSpec toImportSpec() {
        return loading().toImportSpec(FileReading.usual().toFileFormat());
    }

    /** The same keys as those of an import. */
    @SuppressWarnings("NullAway") // Absent keys are filled in.
    ContactLoading loading() {
        return new ContactLoading(
                mapping == null ? null : mapping.asColumns(),
                target == null ? null : new ContactImportJob.Destination(target.directory(), target.list(), null),
                mode,
                policies,
                nullTokens,
                region,
                invalidValues,
                optOut,
                sourceName,
                null,
                events,
                ImportLimits.none());
    }

    private static <K, V> Map<K, V> ordered(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** It has no schedules. */
    @Override
    public ZoneId zone() {
        return ZoneId.of("UTC");
    }

    /** It runs when an event comes. */
    @Override
    public List<ScheduleEntry> schedules() {
        return List.of();
    }

    @Override
    public MissedRuns missedRuns() {
        return MissedRuns.ONCE;
    }

    /** It takes no files. */
    @Override
    public @Nullable NoFileAlarm alarm() {
        return null;
    }

    @Override
    public List<NotificationRule> notifications() {
        return List.of();
    }
}
