package io.muster.app;

import io.muster.dedup.ContactQuery;
import org.jspecify.annotations.Nullable;

/**
 * Which contacts of a directory are wanted: all that every given limit lets through.
 *
 * @param query what they are searched by; null for no search
 * @param list the id of a list that they are on; null for any
 * @param segment the id of a segment that readers see them in; null for any
 */
public record WantedContacts(
        @Nullable ContactQuery query,
        @Nullable String list,
        @Nullable String segment) {}
