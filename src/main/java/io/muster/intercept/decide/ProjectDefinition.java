package io.muster.intercept.decide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One project as it was applied, with its intercepts.
 *
 * @param id its public id
 * @param active whether the project, and the whole module, are switched on
 * @param directory the public id of the directory it is linked to; null for none
 * @param origins the web origins that may read answers; empty for all
 * @param signing the secret that signs references, when they must be signed; null when they need not be
 * @param debugKey the key that debug tokens are verified with
 * @param placeholders texts that are no reference, compared without case
 * @param intercepts in any order
 */
public record ProjectDefinition(
        String id,
        boolean active,
        @Nullable String directory,
        List<String> origins,
        @Nullable String signing,
        String debugKey,
        List<String> placeholders,
        List<InterceptDefinition> intercepts) {

    /** The placeholders of an installation that sets none; blank is always one. */
    public static final List<String> USUAL_PLACEHOLDERS = List.of("unknown", "null", "undefined", "0", "extRef");

    /** Copies the lists. */
    public ProjectDefinition {
        origins = List.copyOf(origins);
        placeholders = List.copyOf(placeholders);
        intercepts = List.copyOf(intercepts);
    }
}
