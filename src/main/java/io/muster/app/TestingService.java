package io.muster.app;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.EditResult;
import io.muster.dedup.TestContacts;
import io.muster.dedup.TestContacts.Marked;
import io.muster.directory.Actor;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.frequency.FrequencyResets;
import io.muster.frequency.FrequencyResets.Reset;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people need who test intercepts: counters of a contact that are reset and restored, and contacts for tests. */
public final class TestingService {

    private static final int AT_ONCE = 1_000;

    private final Directories directories;
    private final ContactSearch search;
    private final FrequencyResets resets;
    private final FrequencyUpkeep upkeep;
    private final TestContacts tests;
    private final ContactEdits edits;
    private final Ids ids;

    /**
     * What came of a reset or of a restoration.
     *
     * @param changed whether something is other than before
     * @param resetAt what came to be known up to this moment does not count, or did not until now; null for never reset
     * @param touchpoints how many touchpoints of those that count for frequency that are
     */
    public record Counters(
            String contactId,
            String extRef,
            boolean changed,
            @Nullable String resetAt,
            long touchpoints) {}

    /**
     * A contact that people test with.
     *
     * @param extRef null for none
     * @param markedAt since when
     */
    public record TestContact(String contactId, @Nullable String extRef, String markedAt) {}

    /** A contact whose mark was set or taken off, unless it was so before. */
    public record Mark(String contactId, String extRef, boolean test, boolean changed) {}

    TestingService(
            Directories directories,
            ContactSearch search,
            FrequencyResets resets,
            FrequencyUpkeep upkeep,
            TestContacts tests,
            ContactEdits edits,
            Ids ids) {
        this.directories = directories;
        this.search = search;
        this.resets = resets;
        this.upkeep = upkeep;
        this.tests = tests;
        this.edits = edits;
        this.ids = ids;
    }

    /** Counts nothing of a contact that is known now, so that it is eligible at once, unless a rule forbids it always. */
    public Counters reset(Actor actor, String directory, String reference) {
        Directory found = directories.find(directory);
        Contact contact = contact("Cannot reset the counters", found, reference);
        Reset reset = resets.reset(found.number(), contact.number(), actor)
                .orElseThrow(() -> unknown("Cannot reset the counters", reference));
        upkeep.complete(found.number());
        return counters(contact, reference, Optional.of(reset), true);
    }

    /** Counts everything of a contact again, as if nothing had been reset. */
    public Counters restore(Actor actor, String directory, String reference) {
        Directory found = directories.find(directory);
        Contact contact = contact("Cannot restore the counters", found, reference);
        Optional<Reset> reset = resets.restore(found.number(), contact.number(), actor);
        upkeep.complete(found.number());
        return counters(contact, reference, reset, reset.isPresent());
    }

    private static Counters counters(Contact contact, String reference, Optional<Reset> reset, boolean changed) {
        return new Counters(
                contact.id(),
                Fold.trim(reference),
                changed,
                reset.map(one -> Instant.ofEpochMilli(one.at()).toString()).orElse(null),
                reset.map(Reset::touchpoints).orElse(0L));
    }

    /** Says that people test with a contact. */
    public Mark mark(Actor actor, String directory, String reference) {
        Directory found = directories.find(directory);
        Contact contact = contact("Cannot mark the contact", found, reference);
        boolean changed = tests.mark(found.number(), contact.number(), actor);
        return new Mark(contact.id(), Fold.trim(reference), true, changed);
    }

    /** Says that a contact is a real one. */
    public Mark unmark(Actor actor, String directory, String reference) {
        Directory found = directories.find(directory);
        Contact contact = contact("Cannot take the mark off the contact", found, reference);
        boolean changed = tests.unmark(found.number(), contact.number(), actor);
        return new Mark(contact.id(), Fold.trim(reference), false, changed);
    }

    /**
     * The contacts that people test with, in the order of their making.
     *
     * @param after the id of the last contact of the page before; null for the first page
     */
    public Page<TestContact> list(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        long from = after == null
                ? 0
                : PublicId.numberOf(ids.read(PublicId.CONTACT, after.strip())
                        .orElseThrow(() -> Refusal.invalid(
                                "BAD_CURSOR", "Cannot go on after '" + after + "': that is not the id of a contact.")));
        return Page.of(
                tests.of(found.number(), from, most + 1).stream()
                        .map(one -> view(found.number(), one))
                        .toList(),
                most,
                TestContact::contactId);
    }

    private TestContact view(int directory, Marked marked) {
        return new TestContact(
                ids.contact(directory, marked.number()),
                marked.reference(),
                Instant.ofEpochMilli(marked.markedAt()).toString());
    }

    /** Deletes all contacts of a directory that people test with; their ids. */
    public List<String> delete(Actor actor, String directory) {
        Directory found = directories.find(directory);
        ContactEdits own = edits.as(actor).forTests();
        List<String> deleted = new ArrayList<>();
        long last = 0;
        for (List<Marked> some = tests.of(found.number(), last, AT_ONCE);
                !some.isEmpty();
                some = tests.of(found.number(), last, AT_ONCE)) {
            for (Marked one : some) {
                last = one.number();
                if (own.delete(found.number(), last) instanceof EditResult.Deleted) {
                    deleted.add(ids.contact(found.number(), last));
                }
            }
        }

        return deleted;
    }

    private Contact contact(String doing, Directory directory, String reference) {
        if (Fold.isBlank(reference)) {
            throw Refusal.invalid("BLANK_VALUE", doing + ": the reference is blank. Give that of a contact.")
                    .with("field", "ref");
        }

        List<Contact> found = search.find(directory, new ContactQuery.Reference(reference), 2);
        if (found.size() > 1) {
            throw Refusal.conflict(
                    "SEVERAL_CONTACTS",
                    doing + ": several contacts have the reference '" + reference
                            + "'. Give one of them another reference.");
        }

        return found.stream().findFirst().orElseThrow(() -> unknown(doing, reference));
    }

    private static Refusal unknown(String doing, String reference) {
        return Refusal.notFound(
                "UNKNOWN_CONTACT",
                doing + ": no contact of the directory has the reference '" + reference
                        + "'. Give the reference that it has now.");
    }
}
