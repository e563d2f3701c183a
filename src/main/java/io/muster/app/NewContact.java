package io.muster.app;

import io.muster.directory.Actor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a contact.
 *
 * @param directory id or name
 * @param values by field, {@code embedded.NAME} or {@code unsubscribed}
 * @param list a list that it joins, by id or name
 */
public record NewContact(
        Actor actor,
        String directory,
        Map<String, String> values,
        @Nullable String list) {}
