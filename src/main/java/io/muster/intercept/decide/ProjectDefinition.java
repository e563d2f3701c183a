package io.muster.intercept.decide;

import io.muster.support.KnownSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
 * @param page what it is in its pages
 */
public record ProjectDefinition(
        String id,
        boolean active,
        @Nullable String directory,
        List<String> origins,
        @Nullable String signing,
        String debugKey,
        List<String> placeholders,
        List<InterceptDefinition> intercepts,
        PageDefinition page) {

    /** The placeholders of an installation that sets none; blank is always one. */
    public static final List<String> USUAL_PLACEHOLDERS =
            List.of(KnownSettings.PLACEHOLDERS.usual().split(", "));

    /** Copies the lists. */
    public ProjectDefinition {
        origins = List.copyOf(origins);
        placeholders = List.copyOf(placeholders);
        intercepts = List.copyOf(intercepts);
    }

    /** These definitions with the switches of another version of them; intercepts that it does not have are gone. */
    public ProjectDefinition switchedAs(ProjectDefinition other) {
        Map<String, Boolean> active = other.intercepts().stream()
                .collect(Collectors.toMap(InterceptDefinition::id, InterceptDefinition::active));
        return new ProjectDefinition(
                id,
                other.active(),
                directory,
                origins,
                signing,
                debugKey,
                placeholders,
                intercepts.stream()
                        .filter(intercept -> active.containsKey(intercept.id()))
                        .map(intercept -> intercept.switched(Boolean.TRUE.equals(active.get(intercept.id()))))
                        .toList(),
                page);
    }

    /** The public ids of the segments that targets name. */
    public Set<String> audiences() {
        Set<String> audiences = new TreeSet<>();
        intercepts.forEach(intercept -> intercept.target().forEach(test -> audiences.add(test.segment())));
        return audiences;
    }
}
