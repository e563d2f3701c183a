package io.muster.app;

import io.muster.app.DuplicateViews.Apart;
import io.muster.app.DuplicateViews.Because;
import io.muster.app.DuplicateViews.Group;
import io.muster.app.DuplicateViews.Line;
import io.muster.app.DuplicateViews.Listed;
import io.muster.app.DuplicateViews.Made;
import io.muster.app.DuplicateViews.Review;
import io.muster.app.DuplicateViews.Touch;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.merge.KeptApart;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.PossibleDuplicates;
import io.muster.dedup.merge.PossibleDuplicates.Place;
import io.muster.dedup.merge.PossibleGroup;
import io.muster.dedup.merge.Reviewed;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.IdentityKey;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.Timeline;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Possible duplicates that people look at: lists, side by side, merged or kept apart one group at a time. */
public final class DuplicateService {

    private static final Pattern CURSOR = Pattern.compile("(\\d{1,9})-([0-9A-F]{32})");
    private static final Pattern DECISION = Pattern.compile("\\d{1,18}");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final List<ContactField> ORDER = List.of(
            ContactField.EXT_REF,
            ContactField.EMAIL,
            ContactField.PHONE,
            ContactField.FIRST_NAME,
            ContactField.LAST_NAME,
            ContactField.LANGUAGE);

    private final Directories directories;
    private final IdentityRules rules;
    private final PossibleDuplicates duplicates;
    private final Timeline timeline;
    private final MailingLists lists;
    private final Ids ids;

    DuplicateService(
            Directories directories,
            IdentityRules rules,
            PossibleDuplicates duplicates,
            Timeline timeline,
            MailingLists lists,
            Ids ids) {
        this.directories = directories;
        this.rules = rules;
        this.duplicates = duplicates;
        this.timeline = timeline;
        this.lists = lists;
        this.ids = ids;
    }

    /**
     * Groups in the order of the rules that connect them.
     *
     * @param rule the number of the only rule that connects, which may wait for its keys; null for all that match
     * @param after what the page before gave as next; null for the first page
     */
    public Page<Group> list(String directory, @Nullable Integer rule, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        PossibleDuplicates.Part part =
                duplicates.some(identity(found), rule, after == null ? null : place(after), most);
        Place next = part.next();
        return new Page<>(
                part.groups().stream().map(group -> view(found, group)).toList(),
                next == null
                        ? null
                        : next.rule() + "-" + HEX.formatHex(next.key().bytes()));
    }

    private DirectoryIdentity identity(Directory directory) {
        return new DirectoryIdentity(directory.number(), directory.settings(), rules.of(directory.number()));
    }

    private static Place place(String after) {
        Matcher matcher = CURSOR.matcher(after.strip());
        if (!matcher.matches()) {
            throw Refusal.invalid(
                            "BAD_CURSOR",
                            "Cannot go on after '" + after + "': that is no place among duplicates. Give what the page"
                                    + " before gave as next.")
                    .with("cursor", after);
        }

        int rule = Integer.parseInt(matcher.group(1));
        return new Place(rule, IdentityKey.of(rule, HEX.parseHex(matcher.group(2))));
    }

    private Group view(Directory directory, PossibleGroup group) {
        return new Group(
                group.contacts().stream()
                        .map(contact -> listed(directory, contact))
                        .toList(),
                group.because().stream()
                        .map(shared -> Because.of(
                                shared,
                                shared.contacts().stream()
                                        .map(number -> ids.contact(directory.number(), number))
                                        .toList()))
                        .toList(),
                group.tooLarge());
    }

    private Listed listed(Directory directory, KeyedContact contact) {
        return Listed.of(ids.contact(directory.number(), contact.number()), contact);
    }

    /**
     * The group that a contact is in, side by side.
     *
     * @param without ids of contacts that are left out
     */
    public Review review(String directory, String contact, MergeScope scope, Collection<String> without) {
        Directory found = directories.find(directory);
        Reviewed reviewed = duplicates
                .around(
                        identity(found),
                        scope,
                        number(found, contact),
                        without.stream().map(id -> number(found, id)).toList())
                .orElseThrow(() -> unknown(contact));
        List<KeyedContact> contacts = reviewed.group().contacts();
        Map<Long, Timeline.Last> last = timeline.last(
                found.number(), contacts.stream().map(KeyedContact::number).toList());
        List<@Nullable Touch> touches = new ArrayList<>();
        for (KeyedContact one : contacts) {
            Timeline.Last touch = last.get(one.number());
            touches.add(touch == null ? null : new Touch(touch.what(), Instant.ofEpochMilli(touch.at())));
        }

        return new Review(
                view(found, reviewed.group()),
                touches,
                lines(found, reviewed),
                reviewed.apart(),
                found.settings().maxGroup());
    }

    private List<Line> lines(Directory directory, Reviewed reviewed) {
        List<KeyedContact> contacts = reviewed.group().contacts();
        List<Line> lines = new ArrayList<>();
        for (ContactField field : ORDER) {
            lines.add(line(
                    field.key(),
                    contacts,
                    contact -> contact.profile().field(field),
                    reviewed.after().field(field)));
        }

        lines.add(line(
                "aliases",
                contacts,
                contact -> String.join(", ", contact.aliases()),
                reviewed.aliases().stream().sorted().collect(Collectors.joining(", "))));
        lines.add(line(
                "optedOut",
                contacts,
                contact -> contact.profile().unsubscribed() ? "yes" : "no",
                reviewed.after().unsubscribed() ? "yes" : "no"));
        lines.add(lists(directory, contacts, reviewed.lists()));
        SortedSet<String> names = new TreeSet<>();
        contacts.forEach(contact -> names.addAll(contact.profile().embedded().keySet()));
        for (String name : names) {
            lines.add(line(
                    "embedded." + name,
                    contacts,
                    contact -> contact.profile().embedded(name),
                    reviewed.after().embedded(name)));
        }

        return lines;
    }

    private static Line line(
            String key,
            List<KeyedContact> contacts,
            Function<KeyedContact, @Nullable String> value,
            @Nullable String after) {
        return new Line(
                key,
                contacts.stream()
                        .map(contact -> Objects.requireNonNullElse(value.apply(contact), ""))
                        .toList(),
                Objects.requireNonNullElse(after, ""));
    }

    private Line lists(Directory directory, List<KeyedContact> contacts, Map<Long, List<Reviewed.OnList>> on) {
        Map<Integer, String> names = on.isEmpty()
                ? Map.of()
                : lists.of(directory.number()).stream()
                        .collect(Collectors.toMap(list -> list.number(), list -> list.name()));
        SortedMap<Integer, Boolean> united = new TreeMap<>();
        on.values().forEach(some -> some.forEach(one -> united.merge(one.list(), one.optedOut(), Boolean::logicalOr)));
        return new Line(
                "lists",
                contacts.stream()
                        .map(contact -> on.getOrDefault(contact.number(), List.of()).stream()
                                .map(one -> named(names, one.list(), one.optedOut()))
                                .collect(Collectors.joining(", ")))
                        .toList(),
                united.entrySet().stream()
                        .map(entry -> named(names, entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static String named(Map<Integer, String> names, int list, boolean optedOut) {
        return names.getOrDefault(list, "") + (optedOut ? " (opted out)" : "");
    }

    /**
     * Makes one contact of some, as they were seen; asked for again, it answers as the first time.
     *
     * @param seen ids with the versions that were seen
     * @throws Refusal with the code {@code CONTACTS_CHANGED} when one has changed since
     */
    public Made merge(Actor actor, String directory, MergeScope scope, Map<String, Integer> seen) {
        Directory found = directories.find(directory);
        SortedMap<Long, Integer> versions = new TreeMap<>();
        seen.forEach((id, version) -> versions.put(number(found, id), version));
        if (versions.size() < 2) {
            throw Refusal.invalid("ONE_CONTACT", "Cannot merge fewer than two contacts. Look at the group again.");
        }

        PossibleDuplicates.Made made = duplicates.merge(found.number(), scope, versions, actor);
        return new Made(ids.merge(made.merge()), ids.contact(found.number(), made.survivor()));
    }

    /** Has these contacts never merged with each other until that is taken back. */
    public void keepApart(Actor actor, String directory, Collection<String> contacts) {
        Directory found = directories.find(directory);
        SortedSet<Long> numbers = new TreeSet<>();
        contacts.forEach(id -> numbers.add(number(found, id)));
        duplicates.keepApart(found, numbers, actor);
    }

    /**
     * What people have kept apart, newest first.
     *
     * @param after the id of the last one of the page before; null for the first page
     */
    public Page<Apart> apart(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        return Page.of(
                        duplicates.apart(found.number(), after == null ? null : mark(after), most + 1),
                        most,
                        one -> id(one.mark()))
                .map(one -> view(found, one));
    }

    /** Contacts that a decision, or the undo of a merge, keeps apart; empty when it does so no longer. */
    public Optional<Apart> apartBy(String directory, String id) {
        Directory found = directories.find(directory);
        return duplicates.apart(found.number(), mark(id)).map(one -> view(found, one));
    }

    /** Lets contacts that a decision, or the undo of a merge, keeps apart be merged again. */
    public void allow(Actor actor, String directory, String id) {
        duplicates.allow(directories.find(directory), mark(id), actor);
    }

    private Apart view(Directory directory, KeptApart apart) {
        return new Apart(
                id(apart.mark()),
                Instant.ofEpochMilli(apart.since()),
                apart.contacts().stream()
                        .map(contact -> listed(directory, contact))
                        .toList());
    }

    private String id(long mark) {
        return mark < 0 ? Long.toString(-mark) : ids.merge(mark);
    }

    private long mark(String id) {
        if (DECISION.matcher(id).matches()) {
            return -Long.parseLong(id);
        }

        return ids.read(PublicId.MERGE, id)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DECISION", "Cannot find '" + id + "': nothing of that id keeps contacts apart."));
    }

    private long number(Directory directory, String contact) {
        OptionalLong found = ids.read(PublicId.CONTACT, contact.strip());
        if (found.isEmpty() || PublicId.directoryOf(found.getAsLong()) != directory.number()) {
            throw unknown(contact);
        }

        return PublicId.numberOf(found.getAsLong());
    }

    private static Refusal unknown(String contact) {
        return Refusal.notFound(
                        "UNKNOWN_CONTACT",
                        "There is no contact " + contact + " in this directory. It may have been merged or deleted.")
                .with("contact", contact);
    }
}
