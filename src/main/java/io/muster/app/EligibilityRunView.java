package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * A question of eligibility that runs, in this order of keys.
 *
 * @param run its id
 * @param status the status of the run
 * @param share which part is done, 0 to 1
 * @param eligible contacts that may be contacted; null until it is completed, like the rest
 * @param skipped all others
 * @param reasons why they are skipped
 */
public record EligibilityRunView(
        String run,
        String status,
        double share,
        @Nullable Long eligible,
        @Nullable Long skipped,
        EligibilityView.@Nullable Reasons reasons) {}
