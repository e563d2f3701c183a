package io.muster.app;

import io.muster.directory.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for other identity rules.
 *
 * @param directory id or name
 * @param wanted exactly these rules from now on, in this order; null to add and remove
 * @param added rules behind the present ones
 * @param removed present rules that go, each by its fields or its number
 */
public record RulesChange(
        Actor actor, String directory, @Nullable List<String> wanted, List<String> added, List<String> removed) {

    /** Asks for exactly these rules. */
    public static RulesChange exactly(Actor actor, String directory, List<String> wanted) {
        return new RulesChange(actor, directory, wanted, List.of(), List.of());
    }
}
