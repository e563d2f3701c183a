package io.muster.app;

import io.muster.dedup.ContactQuery;
import io.muster.directory.Actor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a touchpoint of one contact.
 *
 * @param directory id or name
 * @param contact the contact's id; null to find it
 * @param query finds the contact where no id is given
 * @param values channel and kind, and where they are known time, survey, intercept, project, display,
 *     session, source and key
 */
public record NewTouchpoint(
        Actor actor,
        String directory,
        @Nullable String contact,
        @Nullable ContactQuery query,
        Map<String, String> values) {}
