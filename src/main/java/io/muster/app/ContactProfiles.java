package io.muster.app;

import io.muster.app.ContactProfile.Stay;
import io.muster.app.ContactProfile.Twin;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.SharedKeys;
import io.muster.dedup.Survivors;
import io.muster.dedup.TestContacts;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.ContactView;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipChange;
import io.muster.segment.members.MembershipHistory;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Single contacts of a directory as people look at them: found by ids of before merges too, with what surrounds them. */
public final class ContactProfiles {

    private static final int CHANGES = 100;
    private static final int TWINS = 5;

    private final Directories directories;
    private final Contacts contacts;
    private final ContactLists memberships;
    private final Segments segments;
    private final MembershipHistory history;
    private final Survivors survivors;
    private final IdentityRules rules;
    private final SharedKeys shared;
    private final TestContacts tests;
    private final Ids ids;

    ContactProfiles(
            Directories directories,
            Contacts contacts,
            ContactLists memberships,
            Segments segments,
            MembershipHistory history,
            Survivors survivors,
            IdentityRules rules,
            SharedKeys shared,
            TestContacts tests,
            Ids ids) {
        this.directories = directories;
        this.contacts = contacts;
        this.memberships = memberships;
        this.segments = segments;
        this.history = history;
        this.survivors = survivors;
        this.rules = rules;
        this.shared = shared;
        this.tests = tests;
        this.ids = ids;
    }

    /**
     * The id of the contact that an id of the directory leads to: its own, or the one it was merged into.
     *
     * @throws Refusal when the directory has neither
     */
    public String find(String directory, String id) {
        Directory of = directories.find(directory);
        OptionalLong there = survivor(of, id);
        if (there.isEmpty()) {
            throw Refusal.notFound(
                    "UNKNOWN_CONTACT",
                    "There is no contact " + id + " in this directory. Perhaps it was deleted; search for it.");
        }

        return ids.contact(of.number(), there.getAsLong());
    }

    /** Whether an id leads to a contact, which it does not need to be of. */
    public boolean leadsTo(String directory, String id, String contact) {
        Directory of = directories.find(directory);
        OptionalLong there = survivor(of, id);
        return there.isPresent() && ids.contact(of.number(), there.getAsLong()).equals(contact);
    }

    private OptionalLong survivor(Directory directory, String id) {
        OptionalLong contact = ids.read(PublicId.CONTACT, id.strip());
        if (contact.isEmpty() || PublicId.directoryOf(contact.getAsLong()) != directory.number()) {
            return OptionalLong.empty();
        }

        long number = PublicId.numberOf(contact.getAsLong());
        return contacts.byNumber(directory.number(), number).isPresent()
                ? OptionalLong.of(number)
                : survivors.of(directory.number(), number);
    }

    /** A contact without what surrounds it, also without its lists. */
    public ContactView alone(String id) {
        return ContactView.alone(contacts.find(id));
    }

    /** The lists that a contact is on. */
    public List<ContactDetails.Membership> lists(String id) {
        Contact contact = contacts.find(id);
        return memberships.of(contact.directory(), contact.number()).stream()
                .map(ContactDetails.Membership::of)
                .toList();
    }

    /** A contact with what surrounds it. */
    public ContactProfile show(String id) {
        Contact contact = contacts.find(id);
        int directory = contact.directory();
        long number = contact.number();
        List<ContactLists.Entry> on = memberships.of(directory, number);
        ContactView view =
                contacts.view(contact, on.stream().map(ContactLists.Entry::list).toList());
        Set<Long> in = new TreeSet<>(history.segmentsOf(directory, number));
        List<MembershipChange> changes = history.of(directory, number, null, CHANGES);
        return new ContactProfile(
                view,
                on.stream().map(ContactDetails.Membership::of).toList(),
                in.isEmpty() ? List.of() : in(directory, in, changes),
                left(in, changes),
                twins(contact),
                tests.isMarked(directory, number));
    }

    private List<Stay> in(int directory, Set<Long> in, List<MembershipChange> changes) {
        List<Stay> stays = new ArrayList<>();
        for (Segment segment : segments.of(directory)) {
            if (in.contains(segment.number())) {
                stays.add(new Stay(segment.id(), segment.name(), since(segment.number(), changes)));
            }
        }

        return stays;
    }

    private static @Nullable Instant since(long segment, List<MembershipChange> newestFirst) {
        return newestFirst.stream()
                .filter(change -> change.segment() == segment)
                .findFirst()
                .filter(MembershipChange::joined)
                .map(change -> Instant.ofEpochMilli(change.at()))
                .orElse(null);
    }

    private List<Stay> left(Set<Long> in, List<MembershipChange> newestFirst) {
        Map<Long, Stay> left = new LinkedHashMap<>();
        for (MembershipChange change : newestFirst) {
            if (!change.joined() && !in.contains(change.segment())) {
                left.putIfAbsent(
                        change.segment(),
                        new Stay(
                                ids.segment(change.segment()),
                                change.segmentName(),
                                Instant.ofEpochMilli(change.at())));
            }
        }

        return List.copyOf(left.values());
    }

    private List<Twin> twins(Contact contact) {
        Directory directory = directories.byNumber(contact.directory()).orElseThrow();
        List<Long> others = shared.with(directory, rules.of(directory.number()), contact, TWINS).stream()
                .limit(TWINS)
                .toList();
        return contacts.byNumbers(contact.directory(), others).stream()
                .map(one -> new Twin(one.id(), ContactView.alone(one)))
                .toList();
    }
}
