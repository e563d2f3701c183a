package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.store.Contacts;
import io.muster.segment.Segment;
import io.muster.segment.members.MemberSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Who the members of a segment are, and how many of them can be reached. */
public final class SegmentReach {

    /** Of more members, some are looked at. */
    private static final int LOOKED_AT = 2_000;

    /** Of more members, it is a question for a run. */
    private static final long JUDGED = 20_000;

    private final MemberSample sample;
    private final Contacts contacts;
    private final EligibilityService eligibility;

    SegmentReach(MemberSample sample, Contacts contacts, EligibilityService eligibility) {
        this.sample = sample;
        this.contacts = contacts;
        this.eligibility = eligibility;
    }

    /**
     * How many members can be reached.
     *
     * @param isExact whether all members were looked at; else the numbers are about right
     * @param mail members who may be sent a message now; empty where there are too many to judge for a page
     * @param web members who may be shown an intercept now; likewise
     */
    public record Reach(
            long members, boolean isExact, long withReference, long notOptedOut, OptionalLong mail, OptionalLong web) {}

    /** Some members, spread evenly, as they are now; those deleted since the rebuild are left out. */
    public List<Contact> some(Segment segment, int most) {
        return contacts.byNumbers(segment.directory(), sample.numbers(segment, most));
    }

    /** The members after a number, as they are now; those deleted since the rebuild are left out. */
    public Members after(Segment segment, long after, int most) {
        List<Long> numbers = sample.after(segment, after, most);
        return new Members(
                contacts.byNumbers(segment.directory(), numbers), numbers.size() < most ? null : numbers.getLast());
    }

    /**
     * Some members.
     *
     * @param last the number to go on after; null when there are no more
     */
    public record Members(List<Contact> contacts, @Nullable Long last) {

        /** Copies the contacts. */
        public Members {
            contacts = List.copyOf(contacts);
        }
    }

    /**
     * How many members of a segment can be reached now.
     *
     * @param directory its directory, by id
     * @param members how many it has
     */
    public Reach of(String directory, Segment segment, long members) {
        List<Contact> some = some(segment, LOOKED_AT);
        long withReference = some.stream()
                .filter(contact -> contact.profile().field(ContactField.EXT_REF) != null)
                .count();
        long notOptedOut = some.stream()
                .filter(contact -> !contact.profile().unsubscribed())
                .count();
        boolean all = members <= LOOKED_AT;
        long whole = all ? some.size() : members;
        boolean judged = members <= JUDGED;
        return new Reach(
                whole,
                all,
                scaled(withReference, some.size(), whole),
                scaled(notOptedOut, some.size(), whole),
                judged ? OptionalLong.of(eligible(directory, segment, "email")) : OptionalLong.empty(),
                judged ? OptionalLong.of(eligible(directory, segment, "web")) : OptionalLong.empty());
    }

    private static long scaled(long part, long of, long whole) {
        return of == 0 ? 0 : Math.round((double) part / of * whole);
    }

    private long eligible(String directory, Segment segment, String channel) {
        try {
            return eligibility
                    .ask(new EligibilityRequest(
                            Actor.system("console"),
                            directory,
                            segment.id(),
                            null,
                            null,
                            new FrequencyQuestion(channel, null, null),
                            null))
                    .eligible();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
