package io.muster.jobs.contactimport;

import io.muster.directory.FieldPolicy;
import io.muster.extract.combine.Extraction;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.transform.Transform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one import, however it was started. Stored as JSON with the run, so that a resume does the
 * same.
 *
 * @param directory the directory, by id or name
 * @param list the list its contacts join
 * @param mode what it may do to contacts
 * @param mapping how columns become values
 * @param policies overrides of the directory's policies, by target ({@code email}, {@code embedded.NAME})
 * @param nullTokens values that count as blank; null for the directory's own
 * @param region region in which phone numbers without {@code +} are read; null for the directory's own
 * @param invalid what an invalid value does, by target ({@code email}, {@code embedded.NAME}); others reject the row
 * @param optOut whether a false or blank value lifts an opt-out
 * @param limits limits that protect the directory
 * @param format how the file is read
 * @param events how transactions and touchpoints are told apart
 * @param dryRun whether the run ends with its forecast and changes nothing
 * @param trialOf the automation that a dry run tries; null for others
 * @param sourceName the name of the source that the rows speak for, for recency; null for the automation's id
 * @param transforms what happens to rows before they are mapped, in order
 * @param extraction what is extracted before; null for a run that takes its file as it is
 */
public record ImportSpec(
        String directory,
        ListTarget list,
        ImportMode mode,
        Mapping mapping,
        Map<String, FieldPolicy> policies,
        @Nullable List<String> nullTokens,
        @Nullable String region,
        Map<String, OnInvalid> invalid,
        OptOut optOut,
        ImportLimits limits,
        FileFormat format,
        ImportEvents events,
        boolean dryRun,
        @Nullable TrialOf trialOf,
        @Nullable String sourceName,
        List<Transform> transforms,
        @Nullable Extraction extraction) {

    /**
     * An automation that is tried: its file is compared with those that it imported before.
     *
     * @param number its numeric id
     */
    public record TrialOf(String automation, long number) {}

    /** What an invalid value does. */
    public enum OnInvalid {
        /** It rejects the row. */
        REJECT,
        /** It is left out; the rest of the row counts. */
        DROP
    }

    /** What an incoming opt-out value may do. */
    public enum OptOut {
        /** Only {@code true} has an effect. */
        NEVER_LIFT,
        /** A value of {@code false} lifts an opt-out; a blank never does. */
        FALSE_LIFTS
    }

    /** Copies what it is given. */
    public ImportSpec {
        policies = Map.copyOf(policies);
        nullTokens = nullTokens == null ? null : List.copyOf(nullTokens);
        invalid = Map.copyOf(invalid);
        events = events == null ? ImportEvents.USUAL : events;
        transforms = transforms == null ? List.of() : List.copyOf(transforms);
    }

    /** The settings of a run that tries nothing out for an automation. */
    public ImportSpec(
            String directory,
            ListTarget list,
            ImportMode mode,
            Mapping mapping,
            Map<String, FieldPolicy> policies,
            @Nullable List<String> nullTokens,
            @Nullable String region,
            Map<String, OnInvalid> invalid,
            OptOut optOut,
            ImportLimits limits,
            FileFormat format,
            ImportEvents events,
            boolean dryRun) {
        this(
                directory,
                list,
                mode,
                mapping,
                policies,
                nullTokens,
                region,
                invalid,
                optOut,
                limits,
                format,
                events,
                dryRun,
                null,
                null,
                List.of(),
                null);
    }

    /** The same with other columns and another way to read the file. */
    public ImportSpec with(Mapping otherMapping, FileFormat otherFormat, @Nullable String otherRegion) {
        return changed(copy -> {
            copy.mapping = otherMapping;
            copy.format = otherFormat;
            copy.region = otherRegion;
        });
    }

    /** The same in another mode, with other limits, for real or not. */
    public ImportSpec with(ImportMode otherMode, ImportLimits otherLimits, boolean dry) {
        return changed(copy -> {
            copy.mode = otherMode;
            copy.limits = otherLimits;
            copy.dryRun = dry;
        });
    }

    /** The same with another way to tell transactions and touchpoints apart. */
    public ImportSpec with(ImportEvents otherEvents) {
        return changed(copy -> copy.events = otherEvents);
    }

    /** The same with another list. */
    public ImportSpec into(ListTarget other) {
        return changed(copy -> copy.list = other);
    }

    /** The same as a dry run that tries an automation. */
    public ImportSpec trying(TrialOf automation) {
        return changed(copy -> {
            copy.dryRun = true;
            copy.trialOf = automation;
        });
    }

    /** The same of another source. */
    public ImportSpec from(@Nullable String source) {
        return changed(copy -> copy.sourceName = source);
    }

    /** The same with transforms. */
    public ImportSpec transformed(List<Transform> some) {
        return changed(copy -> copy.transforms = some);
    }

    /** The same with rows that are extracted first. */
    public ImportSpec extracted(Extraction some) {
        return changed(copy -> {
            Map<String, Target> columns = new LinkedHashMap<>(copy.mapping.columns());
            columns.put(Extraction.PROBLEM_COLUMN, new Target.Problem());
            columns.put(Extraction.RECORD_COLUMN, new Target.Ignore());
            copy.mapping = copy.mapping.with(columns, copy.mapping.unmapped());
            copy.extraction = some;
            copy.format = Extraction.FORMAT;
        });
    }

    private ImportSpec changed(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.spec(this);
    }

    /** What a copy may have otherwise. */
    private static final class Copy {

        private ListTarget list;
        private ImportMode mode;
        private Mapping mapping;
        private @Nullable String region;
        private ImportLimits limits;
        private FileFormat format;
        private ImportEvents events;
        private boolean dryRun;
        private @Nullable TrialOf trialOf;
        private @Nullable String sourceName;
        private List<Transform> transforms;
        private @Nullable Extraction extraction;

        Copy(ImportSpec of) {
            list = of.list;
            mode = of.mode;
            mapping = of.mapping;
            region = of.region;
            limits = of.limits;
            format = of.format;
            events = of.events;
            dryRun = of.dryRun;
            trialOf = of.trialOf;
            sourceName = of.sourceName;
            transforms = of.transforms;
            extraction = of.extraction;
        }

        ImportSpec spec(ImportSpec of) {
            return new ImportSpec(
                    of.directory,
                    list,
                    mode,
                    mapping,
                    of.policies,
                    of.nullTokens,
                    region,
                    of.invalid,
                    of.optOut,
                    limits,
                    format,
                    events,
                    dryRun,
                    trialOf,
                    sourceName,
                    transforms,
                    extraction);
        }
    }
}
