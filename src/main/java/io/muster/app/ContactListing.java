package io.muster.app;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactExport.Chosen;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.ListMembers;
import io.muster.directory.store.MailingLists;
import io.muster.extract.csv.FormulaGuard;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentMembers;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Contacts of a directory in the order of their making, some at a time. What an index finds is found at once; a search that
 * has to read all contacts reads some of them, and says so.
 */
public final class ContactListing {

    private static final int AT_ONCE = 1_000;
    private static final int STEPS = 10;
    /** How many windows of contacts a page reads at most. */
    private static final int WINDOWS = 2;

    private final Directories directories;
    private final Contacts contacts;
    private final MailingLists lists;
    private final ListMembers members;
    private final Segments segments;
    private final SegmentMembers segmentMembers;
    private final ContactSearch search;
    private final ContactExport export;
    private final Ids ids;

    /**
     * Some contacts.
     *
     * @param next what the next ones are asked for with; null when these are the last
     * @param isWhole whether all contacts up to the next ones were looked at; false when a search has to read more than a page
     *     may wait for
     */
    public record Some(List<Contact> contacts, @Nullable String next, boolean isWhole) {

        /** Copies the contacts. */
        public Some {
            contacts = List.copyOf(contacts);
        }
    }

    /**
     * Numbers of contacts among which the wanted ones are, in order.
     *
     * @param known the contacts, where they were read already
     */
    private record Candidates(List<Long> numbers, List<Contact> known, long readTo, boolean isEnd) {}

    ContactListing(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            ListMembers members,
            Segments segments,
            SegmentMembers segmentMembers,
            ContactSearch search,
            ContactExport export,
            Ids ids) {
        this.directories = directories;
        this.contacts = contacts;
        this.lists = lists;
        this.members = members;
        this.segments = segments;
        this.segmentMembers = segmentMembers;
        this.search = search;
        this.export = export;
        this.ids = ids;
    }

    /** Whether a search is looked up by keys: by a field of which alone there is a rule in force. Else it reads all contacts. */
    public boolean looksUp(DirectoryView directory, ContactSearches.By by) {
        return directory.identityRules().stream()
                .anyMatch(rule -> rule.state() == IdentityRule.State.ACTIVE
                        && rule.fields().equals(List.of(by.field())));
    }

    /**
     * Some of the wanted contacts.
     *
     * @param after what the page before gave as next; null for the first
     */
    public Some page(String directory, WantedContacts wanted, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        Filter filter = new Filter(found, wanted);
        ContactQuery query = wanted.query();
        boolean readsAll = query != null && !search.isIndexed(found, query);
        List<Long> numbers = new ArrayList<>();
        Map<Long, Contact> known = new HashMap<>();
        long from = after == null ? 0 : number(found, after);
        Candidates some = new Candidates(List.of(), List.of(), from, false);
        for (int step = 0; step < (readsAll ? WINDOWS : STEPS) && numbers.size() <= most && !some.isEnd(); step++) {
            some = filter.candidates(some.readTo(), most + 1);
            numbers.addAll(filter.wanted(some.numbers()));
            some.known().forEach(contact -> known.put(contact.number(), contact));
        }

        List<Contact> there = known.keySet().containsAll(numbers)
                ? numbers.stream().map(known::get).filter(Objects::nonNull).toList()
                : contacts.byNumbers(found.number(), numbers);
        if (there.size() > most) {
            Contact last = there.get(most - 1);
            return new Some(there.subList(0, most), last.id(), true);
        }

        return new Some(
                there, some.isEnd() ? null : ids.contact(found.number(), some.readTo()), some.isEnd() || !readsAll);
    }

    /** The number behind a cursor. */
    long number(Directory directory, String id) {
        long contact = ids.read(PublicId.CONTACT, id.strip()).orElse(-1);
        if (contact < 0 || PublicId.directoryOf(contact) != directory.number()) {
            throw Refusal.invalid(
                    "BAD_CURSOR", "Cannot go on after '" + id + "': that is not the id of a contact of the directory.");
        }

        return PublicId.numberOf(contact);
    }

    /** The cursor behind a number. */
    String id(Directory directory, long number) {
        return ids.contact(directory.number(), number);
    }

    /** Those of some that a search found which the list and the segment let through. */
    List<Long> among(Directory directory, WantedContacts wanted, Collection<Long> numbers) {
        return new Filter(directory, wanted).wanted(numbers);
    }

    /**
     * Writes the wanted contacts as CSV and leaves the stream open.
     *
     * @param spreadsheet whether what a spreadsheet would take for a formula has an apostrophe in front
     */
    public void write(String directory, WantedContacts wanted, boolean spreadsheet, OutputStream out)
            throws IOException {
        Directory found = directories.find(directory);
        Filter filter = new Filter(found, wanted);
        UnaryOperator<String> form = spreadsheet ? FormulaGuard::harmless : UnaryOperator.identity();
        var ignored = wanted.query() == null && wanted.list() == null && wanted.segment() == null
                ? export.writeCsv(found.number(), form, out)
                : export.writeCsv(found.number(), filter, form, out);
    }

    /** Writes one contact, likewise. */
    public void writeOne(String directory, String contact, boolean spreadsheet, OutputStream out) throws IOException {
        Directory found = directories.find(directory);
        write(found, new TreeSet<>(List.of(number(found, contact))), spreadsheet, out);
    }

    /** Writes contacts by their numbers, likewise. */
    void write(Directory directory, NavigableSet<Long> numbers, boolean spreadsheet, OutputStream out)
            throws IOException {
        UnaryOperator<String> form = spreadsheet ? FormulaGuard::harmless : UnaryOperator.identity();
        var ignored = export.writeCsv(
                directory.number(),
                new Chosen() {
                    @Override
                    public OptionalLong next(long from) {
                        Long next = numbers.ceiling(from);
                        return next == null ? OptionalLong.empty() : OptionalLong.of(next);
                    }

                    @Override
                    public boolean contains(long number) {
                        return numbers.contains(number);
                    }
                },
                form,
                out);
    }

    /** The contacts of some numbers, in their order; those that are gone are left out. */
    List<Contact> byNumbers(Directory directory, Collection<Long> numbers) {
        return contacts.byNumbers(directory.number(), numbers);
    }

    /** Which contacts are wanted, as some numbers at a time and as a test of one. */
    private final class Filter implements Chosen {

        private final Directory directory;
        private final @Nullable ContactQuery query;
        private final @Nullable MailingList list;
        private final @Nullable Segment segment;
        private final boolean indexed;
        private @Nullable LongPredicate inSegment;
        private final NavigableSet<Long> ahead = new TreeSet<>();
        private Candidates last = new Candidates(List.of(), List.of(), 0, false);

        Filter(Directory directory, WantedContacts wanted) {
            this.directory = directory;
            this.query = wanted.query();
            String listId = wanted.list();
            this.list = listId == null ? null : list(directory.number(), listId);
            String segmentId = wanted.segment();
            this.segment = segmentId == null ? null : segment(directory.number(), segmentId);
            this.indexed = query != null && search.isIndexed(directory, query);
        }

        /** Among all of the directory, which a page reads anyway. */
        private MailingList list(int of, String id) {
            return lists.of(of).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseGet(() -> lists.find(of, id));
        }

        private Segment segment(int of, String id) {
            return segments.of(of).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseGet(() -> segments.find(of, id));
        }

        Candidates candidates(long after, int most) {
            if (query != null && indexed) {
                return read(search.find(directory, query, after, AT_ONCE), AT_ONCE);
            }

            if (query != null) {
                ContactSearch.Part part = search.read(directory, query, after);
                return new Candidates(part.found(), List.of(), part.readTo(), part.isEnd());
            }

            if (segment != null) {
                return candidates(
                        segmentMembers
                                .ofVersion(segment, null, after, AT_ONCE)
                                .map(SegmentMembers.MembersOfVersion::numbers)
                                .orElse(List.of()),
                        AT_ONCE);
            }

            return list != null
                    ? candidates(members.next(list, after, most), most)
                    : read(contacts.after(directory.number(), after, most), most);
        }

        private static Candidates read(List<Contact> some, int most) {
            Candidates candidates =
                    candidates(some.stream().map(Contact::number).toList(), most);
            return new Candidates(candidates.numbers(), some, candidates.readTo(), candidates.isEnd());
        }

        private static Candidates candidates(List<Long> numbers, int most) {
            return new Candidates(numbers, List.of(), numbers.isEmpty() ? 0 : numbers.getLast(), numbers.size() < most);
        }

        /** Those of some candidates that are wanted. */
        List<Long> wanted(Collection<Long> numbers) {
            if (numbers.isEmpty()) {
                return List.of();
            }

            List<Long> left = new ArrayList<>(numbers);
            // Without another question the candidates are members already.
            if (list != null && (query != null || segment != null)) {
                left.retainAll(members.among(list, left));
            }

            if (segment != null && query != null && !left.isEmpty()) {
                LongPredicate inSegment = inSegment();
                left.removeIf(number -> !inSegment.test(number));
            }

            return left;
        }

        private LongPredicate inSegment() {
            LongPredicate known = inSegment;
            if (known == null) {
                Segment of = Objects.requireNonNull(segment);
                known = of.published() == null ? number -> false : segmentMembers.published(of);
                inSegment = known;
            }

            return known;
        }

        /** All that a window holds from there on is known before the window is read, since nothing else is read meanwhile. */
        @Override
        public OptionalLong next(long from) {
            ahead.headSet(from).clear();
            Long next = ahead.ceiling(from);
            while (!last.isEnd() && (next == null || last.readTo() < next + ContactExport.WINDOW)) {
                last = candidates(Math.max(last.readTo(), from - 1), AT_ONCE);
                ahead.addAll(wanted(last.numbers()));
                next = ahead.ceiling(from);
            }

            return next == null ? OptionalLong.empty() : OptionalLong.of(next);
        }

        @Override
        public boolean contains(long number) {
            return ahead.contains(number);
        }
    }
}
