package io.muster.app;

/**
 * How many may be contacted, in this order of keys.
 *
 * @param eligible contacts that may be contacted
 * @param skipped all others
 * @param reasons why they are skipped
 */
public record EligibilityView(long eligible, long skipped, Reasons reasons) {

    /**
     * Numbers by reason, whose keys are the codes.
     *
     * @param FREQUENCY a frequency rule is exhausted
     * @param OPTED_OUT opted out of the directory or the list
     * @param UNKNOWN_REFERENCE the directory does not know the reference
     */
    @SuppressWarnings("MemberName")
    public record Reasons(long FREQUENCY, long OPTED_OUT, long UNKNOWN_REFERENCE) {}
}
