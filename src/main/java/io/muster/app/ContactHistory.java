package io.muster.app;

import io.muster.directory.Contact;
import io.muster.directory.ContactTransaction;
import io.muster.directory.Touchpoint;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Timeline;
import io.muster.directory.store.Timeline.Keyed;
import io.muster.directory.store.Timeline.Place;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipHistory;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What is known around single contacts: lists, segments, and what happened with them. */
public final class ContactHistory {

    private final Contacts contacts;
    private final ContactLists lists;
    private final Segments segments;
    private final MembershipHistory memberships;
    private final Timeline timeline;
    private final MergedTimeline merged;
    private final Ids ids;

    ContactHistory(
            Contacts contacts,
            ContactLists lists,
            Segments segments,
            MembershipHistory memberships,
            Timeline timeline,
            MergedTimeline merged,
            Ids ids) {
        this.ids = ids;
        this.contacts = contacts;
        this.lists = lists;
        this.segments = segments;
        this.memberships = memberships;
        this.timeline = timeline;
        this.merged = merged;
    }

    /**
     * A contact with its lists, its segments and some of its timeline.
     *
     * @param after what the page before gave as next; null for the newest entries
     */
    public ContactDetails show(String id, @Nullable String after, int most) {
        Contact contact = contacts.find(id);
        int directory = contact.directory();
        Page<TimelineEntry> page = merged.page(directory, contact.number(), after, most);
        List<ContactLists.Entry> on = lists.of(directory, contact.number());
        return new ContactDetails(
                contacts.view(contact, on.stream().map(ContactLists.Entry::list).toList()),
                on.stream().map(ContactDetails.Membership::of).toList(),
                memberships.segmentsOf(directory, contact.number()).stream()
                        .flatMap(number -> segments.byNumber(number).stream())
                        .map(segment -> new ContactDetails.InSegment(segment.id(), segment.name()))
                        .toList(),
                page.items(),
                page.next());
    }

    /** What happened with a contact, newest first, likewise. */
    public Page<TimelineEntry> timeline(String id, TimelineFilter filter, @Nullable String after, int most) {
        Contact contact = contacts.find(id);
        return merged.page(contact.directory(), contact.number(), filter, after, most);
    }

    /** Touchpoints of a contact, newest first. */
    public Page<TouchpointView> touchpoints(String id, @Nullable String after, int most) {
        Contact contact = contacts.find(id);
        return page(
                        timeline.touchpoints(contact.directory(), contact.number(), place(after), most + 1),
                        most,
                        Touchpoint::happenedAt)
                .map(keyed -> TouchpointView.of(contact.directory(), keyed, ids));
    }

    /** Transactions of a contact, newest first. */
    public Page<TransactionView> transactions(String id, @Nullable String after, int most) {
        Contact contact = contacts.find(id);
        return page(
                        timeline.transactions(contact.directory(), contact.number(), place(after), most + 1),
                        most,
                        ContactTransaction::happenedAt)
                .map(keyed -> TransactionView.of(contact.directory(), keyed, ids));
    }

    private static <T> Page<Keyed<T>> page(List<Keyed<T>> read, int most, ToLongFunction<T> time) {
        return Page.of(read, most, keyed -> time.applyAsLong(keyed.event()) + "-" + keyed.key());
    }

    private static Place place(@Nullable String after) {
        if (after == null) {
            return Place.START;
        }

        String text = after.strip();
        if (!text.matches("-?\\d{1,18}-[0-9A-F]{1,32}")) {
            throw Refusal.invalid(
                            "BAD_CURSOR",
                            "Cannot go on after '" + after + "': that is no place in this list."
                                    + " Give what the page before gave as next.")
                    .with("cursor", after);
        }

        int end = text.lastIndexOf('-');
        return new Place(Long.parseLong(text.substring(0, end)), text.substring(end + 1));
    }
}
