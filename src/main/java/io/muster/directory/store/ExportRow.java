package io.muster.directory.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One contact on its way out.
 *
 * @param embedded embedded data as it is stored
 * @param lists ids of the lists it is on
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
record ExportRow(
        String id,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String extRef,
        @Nullable String language,
        boolean unsubscribed,
        @Nullable String embedded,
        List<String> lists,
        List<String> aliases,
        long createdAt,
        long modifiedAt) {}
