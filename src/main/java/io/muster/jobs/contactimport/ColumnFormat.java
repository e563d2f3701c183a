package io.muster.jobs.contactimport;

import org.jspecify.annotations.Nullable;

/**
 * How the numbers or the dates of a column are written.
 *
 * @param number an example as {@link NumberForm} reads it; null for dates
 * @param date a pattern of java.time; null for numbers
 */
public record ColumnFormat(
        @Nullable String number, @Nullable String date) {

    /** A format of numbers. */
    public static ColumnFormat ofNumber(String example) {
        return new ColumnFormat(example, null);
    }

    /** A format of dates. */
    public static ColumnFormat ofDate(String pattern) {
        return new ColumnFormat(null, pattern);
    }

    /** Whether the values of a target can be written like this. */
    public boolean fits(Target target) {
        return switch (target) {
            case Target.Embedded ignored -> true;
            case Target.ListEmbedded ignored -> true;
            case Target.TransactionField ignored -> true;
            case Target.TransactionDate ignored -> date != null;
            case Target.TouchpointPart part -> date != null && part.part() == Target.TouchpointPart.Part.TIME;
            case Target.Ignore ignored -> true;
            default -> false;
        };
    }
}
