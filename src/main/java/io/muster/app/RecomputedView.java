package io.muster.app;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a computation of all next eligible times made, or what a comparison with the stored ones found.
 *
 * @param directory the id of the directory
 * @param contacts contacts with a time at which they are eligible again, or never
 * @param differing times that are not as they would be computed; 0 after a computation
 * @param differences the first of them
 */
public record RecomputedView(String directory, long contacts, long differing, List<Difference> differences) {

    /** Copies the list. */
    public RecomputedView {
        differences = List.copyOf(differences);
    }

    /**
     * A stored time that is not as it would be computed.
     *
     * @param contact the contact's id
     * @param survey what the time is for; null for all surveys
     * @param stored a time, {@code never}, or null for "nothing holds it back"
     * @param computed likewise
     */
    public record Difference(
            String contact,
            @Nullable String survey,
            @Nullable String stored,
            @Nullable String computed) {}
}
