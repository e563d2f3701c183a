package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * What a person sets of an intercept; null leaves a setting as it is, {@value #NONE} takes it away.
 *
 * @param directory the directory that it insists on, by id or name
 * @param target who it is for, as YAML or JSON
 * @param page where it is shown, as YAML or JSON
 * @param starts ISO 8601
 * @param ends ISO 8601
 * @param sample a percentage
 * @param holdOut a percentage
 * @param whenUnknown {@code show} or {@code hide}
 * @param whenUnavailable {@code show} or {@code hide}
 * @param creative what a visitor sees, as YAML or JSON
 */
public record InterceptInput(
        @Nullable String name,
        @Nullable String directory,
        @Nullable Boolean link,
        @Nullable String survey,
        @Nullable String target,
        @Nullable String page,
        @Nullable Boolean frequency,
        @Nullable Boolean listBased,
        @Nullable String starts,
        @Nullable String ends,
        @Nullable String sample,
        @Nullable String holdOut,
        @Nullable String whenUnknown,
        @Nullable String whenUnavailable,
        @Nullable String creative) {

    /** Takes a setting away. */
    public static final String NONE = "none";
}
