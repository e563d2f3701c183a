package io.muster.jobs.contactimport;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How columns become values.
 *
 * @param columns target by column name, compared exactly after trimming; adds to the exact headers of an upload
 *     ({@code FirstName, LastName, Email, Phone, ExternalDataReference, Language, Unsubscribed}) and overrides them
 * @param unmapped what happens to columns that are not mapped
 * @param constants values every row has, by target; a column mapped to the same target wins where it is not blank
 * @param values value maps by column: an incoming value (compared exactly after trimming) and its replacement
 * @param dateFormat pattern of the dates of transactions and touchpoints (java.time), null for ISO 8601
 * @param required targets that a row must have
 * @param missing what happens to a row that lacks a required one
 * @param formats how numbers or dates are written, by column; others are taken as they are
 * @param usual targets of columns that need not be there, by exact header; {@code columns} overrides them
 */
public record Mapping(
        Map<String, Target> columns,
        Unmapped unmapped,
        List<Constant> constants,
        Map<String, Map<String, String>> values,
        @Nullable String dateFormat,
        List<Target> required,
        OnMissing missing,
        Map<String, ColumnFormat> formats,
        Map<String, Target> usual) {

    private static final List<Target.TouchpointPart.Part> TOUCHPOINT_NEEDS = List.of(
            Target.TouchpointPart.Part.TIME, Target.TouchpointPart.Part.CHANNEL, Target.TouchpointPart.Part.KIND);

    /** What happens to columns that are not mapped. */
    public enum Unmapped {
        /** They become embedded data under their own name. */
        EMBED,
        /** They are left out. */
        IGNORE,
        /** They become fields of the row's transaction under their own name. */
        TRANSACTION
    }

    /** What happens to a row that lacks a required value. */
    public enum OnMissing {
        /** It is rejected. */
        REJECT,
        /** It is skipped. */
        SKIP
    }

    /** A value that every row has. */
    public record Constant(Target target, String value) {}

    /** Only the exact headers of an upload; everything else becomes embedded data. */
    public static Mapping ofUpload() {
        return new Mapping(Map.of(), Unmapped.EMBED, List.of(), Map.of(), null, List.of());
    }

    /** Copies what it is given. */
    public Mapping {
        columns = Map.copyOf(columns);
        constants = List.copyOf(constants);
        values = Map.copyOf(values);
        required = List.copyOf(required);
        missing = missing == null ? OnMissing.REJECT : missing;
        formats = formats == null ? Map.of() : Map.copyOf(formats);
        usual = usual == null ? Map.of() : Map.copyOf(usual);
    }

    /** A mapping without usual headers but those of an upload. */
    public Mapping(
            Map<String, Target> columns,
            Unmapped unmapped,
            List<Constant> constants,
            Map<String, Map<String, String>> values,
            @Nullable String dateFormat,
            List<Target> required) {
        this(columns, unmapped, constants, values, dateFormat, required, OnMissing.REJECT);
    }

    /** A mapping without usual headers but those of an upload. */
    public Mapping(
            Map<String, Target> columns,
            Unmapped unmapped,
            List<Constant> constants,
            Map<String, Map<String, String>> values,
            @Nullable String dateFormat,
            List<Target> required,
            OnMissing missing) {
        this(columns, unmapped, constants, values, dateFormat, required, missing, Map.of(), Map.of());
    }

    /** A mapping in which rows that lack a required value are rejected. */
    public Mapping(
            Map<String, Target> columns,
            Unmapped unmapped,
            List<Constant> constants,
            Map<String, Map<String, String>> values,
            @Nullable String dateFormat,
            List<Target> required,
            Map<String, Target> usual) {
        this(columns, unmapped, constants, values, dateFormat, required, OnMissing.REJECT, Map.of(), usual);
    }

    /** The same with formats of columns. */
    public Mapping withFormats(Map<String, ColumnFormat> some) {
        return new Mapping(columns, unmapped, constants, values, dateFormat, required, missing, some, usual);
    }

    /** The same with other columns, and with another use of those that are not mapped. */
    public Mapping with(Map<String, Target> otherColumns, Unmapped otherUse) {
        return new Mapping(otherColumns, otherUse, constants, values, dateFormat, required, missing, formats, usual);
    }

    /** What targets that record touchpoints lack to record whole ones. */
    public static List<Target.TouchpointPart> missingOfTouchpoint(Set<Target> targets) {
        return targets.stream().noneMatch(Target.TouchpointPart.class::isInstance)
                ? List.of()
                : TOUCHPOINT_NEEDS.stream()
                        .map(Target.TouchpointPart::new)
                        .filter(part -> !targets.contains(part))
                        .toList();
    }
}
