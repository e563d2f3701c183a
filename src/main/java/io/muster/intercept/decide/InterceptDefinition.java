package io.muster.intercept.decide;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One intercept as it was applied.
 *
 * @param id its public id
 * @param number its numeric id, which decides between equal creation times
 * @param createdAt when it was created, epoch milliseconds
 * @param active whether it is switched on
 * @param linked whether it uses its project's directory
 * @param survey the survey it invites to; null for none
 * @param target who it is for
 * @param page where it is shown
 * @param frequency whether frequency rules apply
 * @param listBased whether it gives way to older intercepts of its kind
 * @param schedule when it is shown, and to what share
 * @param whenUnknown what happens to a reference that the directory does not know
 * @param whenUnavailable what happens while the contacts cannot be read
 */
public record InterceptDefinition(
        String id,
        long number,
        long createdAt,
        boolean active,
        boolean linked,
        @Nullable String survey,
        Tree<SegmentTest> target,
        Tree<PageTest> page,
        boolean frequency,
        boolean listBased,
        Schedule schedule,
        Fallback whenUnknown,
        Fallback whenUnavailable) {

    /** The older one first. */
    public static final Comparator<InterceptDefinition> BY_AGE =
            Comparator.comparingLong(InterceptDefinition::createdAt).thenComparingLong(InterceptDefinition::number);

    /** The same, switched on or off. */
    InterceptDefinition switched(boolean on) {
        return new InterceptDefinition(
                id,
                number,
                createdAt,
                on,
                linked,
                survey,
                target,
                page,
                frequency,
                listBased,
                schedule,
                whenUnknown,
                whenUnavailable);
    }

    /**
     * When an intercept is shown, and to what share of the visitors.
     *
     * @param starts the first moment, epoch milliseconds; {@link Long#MIN_VALUE} for none
     * @param ends the first moment after it, epoch milliseconds; {@link Long#MAX_VALUE} for none
     * @param sample the share of visitors it is for
     * @param holdOut the share of references held out of it
     */
    public record Schedule(long starts, long ends, Percentage sample, Percentage holdOut) {

        /** Always, for everybody. */
        public static final Schedule ALWAYS =
                new Schedule(Long.MIN_VALUE, Long.MAX_VALUE, Percentage.EVERYBODY, Percentage.NOBODY);

        /** Whether it is for everybody while it is shown. */
        public boolean isForEverybody() {
            return sample.equals(Percentage.EVERYBODY) && holdOut.equals(Percentage.NOBODY);
        }
    }
}
