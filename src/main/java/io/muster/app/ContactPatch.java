package io.muster.app;

import io.muster.directory.Actor;
import java.util.Map;
import java.util.Set;

/**
 * Asks for a change of one contact.
 *
 * @param contact its id
 * @param values new values by field, {@code embedded.NAME} or {@code unsubscribed}
 * @param cleared fields and {@code embedded.NAME} that become empty
 */
public record ContactPatch(Actor actor, String contact, Map<String, String> values, Set<String> cleared) {}
