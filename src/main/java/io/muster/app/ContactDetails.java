package io.muster.app;

import io.muster.directory.store.ContactLists;
import io.muster.directory.store.ContactView;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A contact with all that is known around it.
 *
 * @param lists the lists it is on
 * @param segments the segments that readers see it in
 * @param timeline what happened, newest first
 * @param next what the next page of the timeline is asked for with; null when this is the last
 */
public record ContactDetails(
        ContactView contact,
        List<Membership> lists,
        List<InSegment> segments,
        List<TimelineEntry> timeline,
        @Nullable String next) {

    /** A list with what the membership itself holds. */
    public record Membership(
            String id, String name, boolean unsubscribed, SortedMap<String, String> embeddedData, Instant joined) {

        static Membership of(ContactLists.Entry entry) {
            return new Membership(
                    entry.list().id(),
                    entry.list().name(),
                    entry.unsubscribed(),
                    entry.embedded(),
                    Instant.ofEpochMilli(entry.joinedAt()));
        }
    }

    /** A segment that the contact is a member of. */
    public record InSegment(String id, String name) {}
}
