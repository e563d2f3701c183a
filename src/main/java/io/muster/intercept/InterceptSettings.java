package io.muster.intercept;

import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.Percentage;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What can be set of an intercept and takes effect when it is applied. Stored as JSON.
 *
 * @param directory the number of the directory that it insists on; null to follow its project
 * @param link whether it uses the directory of its project; null to follow the project
 * @param survey the survey that it invites to; null for none
 * @param target who it is for, as canonical JSON; null for everybody
 * @param page where it is shown, as canonical JSON; null for everywhere
 * @param frequency whether frequency rules apply
 * @param listBased whether it gives way to older intercepts of its kind
 * @param starts the first moment it is shown, epoch milliseconds; null for none
 * @param ends the first moment after that, epoch milliseconds; null for none
 * @param sample the share of visitors it is for, hundredths of a percent
 * @param holdOut the share of references held out of it, hundredths of a percent
 * @param creative what a visitor sees; null until there is one
 */
public record InterceptSettings(
        @Nullable Integer directory,
        @Nullable Boolean link,
        @Nullable String survey,
        @Nullable String target,
        @Nullable String page,
        boolean frequency,
        boolean listBased,
        @Nullable Long starts,
        @Nullable Long ends,
        int sample,
        int holdOut,
        Fallback whenUnknown,
        Fallback whenUnavailable,
        @Nullable Creative creative) {

    /** Of an intercept that was just made: for everybody, always, as frequency rules allow. */
    public static final InterceptSettings USUAL = new InterceptSettings(
            null,
            null,
            null,
            null,
            null,
            true,
            false,
            null,
            null,
            Percentage.WHOLE,
            0,
            Fallback.HIDE,
            Fallback.HIDE,
            null);

    /** Checks what has to fit together. */
    public InterceptSettings {
        if (starts != null && ends != null && starts >= ends) {
            throw Refusal.invalid(
                    "INVALID_INTERCEPT",
                    "Cannot set the intercept: it ends before it starts. Give an end that comes later.");
        }
    }

    /** Whether it is to use the directory of a project that has one. */
    public boolean isLinked() {
        return link == null || link;
    }
}
