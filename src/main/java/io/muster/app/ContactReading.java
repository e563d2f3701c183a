package io.muster.app;

import io.muster.app.ContactRecord.OnList;
import io.muster.dedup.FilteredContacts;
import io.muster.dedup.SearchFilter;
import io.muster.dedup.Survivors;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.Lineage;
import io.muster.directory.MailingList;
import io.muster.directory.Origin;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.LineageRuns;
import io.muster.directory.store.ListMembers;
import io.muster.directory.store.ListMembers.Member;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipHistory;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Contacts of a directory and members of its lists, one by one or some at a time in the order of their numbers. */
public final class ContactReading {

    private final Contacts contacts;
    private final ListMembers members;
    private final MailingLists lists;
    private final ContactLists memberships;
    private final LineageRuns runs;
    private final Survivors survivors;
    private final Segments segments;
    private final MembershipHistory history;
    private final FilteredContacts filtered;
    private final Ids ids;

    ContactReading(
            Contacts contacts,
            ListMembers members,
            MailingLists lists,
            ContactLists memberships,
            LineageRuns runs,
            Survivors survivors,
            Segments segments,
            MembershipHistory history,
            FilteredContacts filtered,
            Ids ids) {
        this.contacts = contacts;
        this.members = members;
        this.lists = lists;
        this.memberships = memberships;
        this.runs = runs;
        this.survivors = survivors;
        this.segments = segments;
        this.history = history;
        this.filtered = filtered;
        this.ids = ids;
    }

    /**
     * The number of a contact by its id, or by the id of its membership in one of the directory's lists. One that was merged
     * into another stands for that one; empty when there is none.
     */
    public OptionalLong find(Directory directory, String id) {
        OptionalLong contact = ids.read(PublicId.CONTACT, id);
        if (contact.isPresent()) {
            return PublicId.directoryOf(contact.getAsLong()) == directory.number()
                    ? survivors.of(directory.number(), PublicId.numberOf(contact.getAsLong()))
                    : OptionalLong.empty();
        }

        OptionalLong lookup = ids.read(PublicId.LOOKUP, id);
        boolean isOfDirectory = lookup.isPresent()
                && lists.byNumber(PublicId.directoryOf(lookup.getAsLong()))
                        .filter(list -> list.directory() == directory.number())
                        .isPresent();
        return isOfDirectory
                ? survivors.of(directory.number(), PublicId.numberOf(lookup.getAsLong()))
                : OptionalLong.empty();
    }

    /** The id of a contact. */
    public String id(Directory directory, long number) {
        return ids.contact(directory.number(), number);
    }

    /** The list of an id; empty when the directory has none. */
    public Optional<MailingList> list(Directory directory, String id) {
        OptionalLong list = ids.read(PublicId.LIST, id);
        return list.isEmpty()
                ? Optional.empty()
                : lists.byNumber((int) list.getAsLong()).filter(found -> found.directory() == directory.number());
    }

    /** Some contacts with greater numbers. */
    public List<Contact> after(Directory directory, long after, int most) {
        return contacts.after(directory.number(), after, most);
    }

    /** Those of some contacts that are there, by their numbers. */
    public List<DatedContact> byNumbers(Directory directory, Collection<Long> numbers) {
        return dated(directory, contacts.byNumbers(directory.number(), numbers));
    }

    /** All that is known of a contact by itself; empty when it is gone. */
    public Optional<ContactRecord> record(Directory directory, long number) {
        return contacts.byNumber(directory.number(), number).map(contact -> {
            List<OnList> on = memberships.of(directory.number(), number).stream()
                    .map(entry -> new OnList(
                            entry,
                            lists.owned(entry.list())
                                    .map(MailingLists.Owned::owner)
                                    .orElse(null)))
                    .toList();
            return new ContactRecord(
                    contact, dated(directory, List.of(contact)).getFirst().optedOutAt(), on);
        });
    }

    /** The names of the segments that a contact is in, by their ids. */
    public Map<String, String> segments(Directory directory, long number) {
        Map<String, String> names = new LinkedHashMap<>();
        for (long segment : history.segmentsOf(directory.number(), number)) {
            segments.byNumber(segment).map(Segment::name).ifPresent(name -> names.put(ids.segment(segment), name));
        }

        return names;
    }

    /**
     * Some contacts with greater numbers that opted out of the directory.
     *
     * @param since only those who did at that moment or later, or nobody knows when; null for all
     */
    public List<DatedContact> optedOut(Directory directory, @Nullable Long since, long after, int most) {
        List<DatedContact> found = new ArrayList<>();
        long from = after;
        while (found.size() < most) {
            List<Contact> some = contacts.optedOut(directory.number(), from, most);
            dated(directory, some).stream()
                    .filter(contact ->
                            since == null || Objects.requireNonNullElse(contact.optedOutAt(), since) >= since)
                    .limit(most - found.size())
                    .forEach(found::add);
            if (some.size() < most) {
                break;
            }

            from = some.getLast().number();
        }

        return found;
    }

    /** Some members of a list with greater numbers. */
    public List<Member> members(MailingList list, long after, int most) {
        return members.after(list, after, most);
    }

    /**
     * Some members of a list, in the order of the making of contacts.
     *
     * @param after the id of the last member of the page before; null for the first page
     */
    public Page<Member> members(MailingList list, @Nullable String after, int most) {
        long from = 0;
        if (after != null) {
            long contact = ids.read(PublicId.CONTACT, after.strip()).orElse(-1);
            if (contact < 0 || PublicId.directoryOf(contact) != list.directory()) {
                throw Refusal.invalid(
                        "BAD_CURSOR",
                        "Cannot go on after '" + after + "': that is not the id of a contact of the directory.");
            }

            from = PublicId.numberOf(contact);
        }

        return Page.of(
                members.after(list, from, most + 1),
                most,
                member -> member.contact().id());
    }

    /** A member of a list; empty when it is none. */
    public Optional<Member> member(MailingList list, long number) {
        return members.find(list, number);
    }

    /** Some members of a list with greater numbers who opted out of it, as in {@link #optedOut}. */
    public List<Member> optedOut(MailingList list, @Nullable Long since, long after, int most) {
        return members.optedOut(list, since, after, most);
    }

    /** Some contacts with greater numbers that a filter finds. */
    public List<Contact> search(Directory directory, SearchFilter filter, long after, int most) {
        return filtered.find(directory, filter, after, most);
    }

    /** The same contacts with the times at which they opted out. */
    public List<DatedContact> dated(Directory directory, List<Contact> some) {
        Map<Long, Origin> said = some.stream()
                .filter(contact -> contact.profile().unsubscribed())
                .filter(contact -> contact.lineage().origin(Lineage.OPT_OUT, true) != null)
                .collect(Collectors.toMap(
                        Contact::number,
                        contact -> Objects.requireNonNull(contact.lineage().origin(Lineage.OPT_OUT, true))));
        Map<Long, LineageRuns.Known> known = runs.of(
                directory.number(),
                said.values().stream()
                        .filter(Origin.Row.class::isInstance)
                        .map(origin -> ((Origin.Row) origin).run())
                        .collect(Collectors.toSet()));
        return some.stream()
                .map(contact -> new DatedContact(contact, at(said.get(contact.number()), known)))
                .toList();
    }

    private static @Nullable Long at(@Nullable Origin origin, Map<Long, LineageRuns.Known> runs) {
        return switch (origin) {
            case null -> null;
            case Origin.Edit edit -> edit.at();
            case Origin.Row row -> {
                LineageRuns.Known run = runs.get(row.run());
                yield run == null ? null : run.at();
            }
        };
    }
}
