package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * The values of one contact as its row holds them; blank values are null.
 *
 * @param embedded embedded data as the compact JSON object that is stored
 */
public record ContactImage(
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String extRef,
        @Nullable String language,
        boolean unsubscribed,
        @Nullable String embedded) {}
