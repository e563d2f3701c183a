package io.muster.app;

import io.muster.app.ContactDetails.Membership;
import io.muster.directory.store.ContactView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contact with what surrounds it now.
 *
 * @param lists the lists it is on
 * @param segments the segments that readers see it in
 * @param left segments that it was in, and since when it is not
 * @param twins contacts that share a key of a rule with it
 * @param test whether people test with it
 */
public record ContactProfile(
        ContactView contact,
        List<Membership> lists,
        List<Stay> segments,
        List<Stay> left,
        List<Twin> twins,
        boolean test) {

    /** Copies the lists. */
    public ContactProfile {
        lists = List.copyOf(lists);
        segments = List.copyOf(segments);
        left = List.copyOf(left);
        twins = List.copyOf(twins);
    }

    /** A segment, and since when the contact is in it or has left it; null when that is not known any more. */
    public record Stay(String id, String name, @Nullable Instant since) {}

    /** A contact that may be the same person. */
    public record Twin(String id, ContactView contact) {}
}
