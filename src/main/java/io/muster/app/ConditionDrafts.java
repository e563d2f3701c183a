package io.muster.app;

import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.condition.Used;
import io.muster.segment.evaluate.Explanation;
import io.muster.segment.members.SegmentPreview;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Conditions that are being written: what they can name, whether they are right, and for whom they hold. Nothing is saved. */
public final class ConditionDrafts {

    private static final int MOST = 1_000;

    /** More values than that are no help. */
    private static final int VALUES = 10;

    private static final int LONGEST_VALUE = 60;

    private final Directories directories;
    private final Contacts contacts;
    private final MailingLists lists;
    private final Segments segments;
    private final EmbeddedNames names;
    private final SegmentPreview preview;
    private final Ids ids;

    ConditionDrafts(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            Segments segments,
            EmbeddedNames names,
            SegmentPreview preview,
            Ids ids) {
        this.directories = directories;
        this.contacts = contacts;
        this.lists = lists;
        this.segments = segments;
        this.names = names;
        this.preview = preview;
        this.ids = ids;
    }

    /** Something that a condition can name. */
    public record Choice(String id, String name) {}

    /**
     * A name of embedded data.
     *
     * @param values that some contacts have, the most frequent first
     */
    public record DataName(String name, List<String> values) {

        /** Copies the values. */
        public DataName {
            values = List.copyOf(values);
        }
    }

    /** What conditions of a directory can name, each by name. */
    public record Choices(List<Choice> lists, List<Choice> segments, List<DataName> names) {

        /** Copies the lists. */
        public Choices {
            lists = List.copyOf(lists);
            segments = List.copyOf(segments);
            names = List.copyOf(names);
        }
    }

    /** What conditions of a directory can name. */
    public Choices choices(String directory) {
        Directory found = directories.find(directory);
        Map<String, Map<String, Integer>> values = values(found);
        return new Choices(
                lists.page(found.number(), null, MOST).stream()
                        .map(list -> new Choice(list.id(), list.name()))
                        .toList(),
                segments.page(found.number(), null, MOST).stream()
                        .map(segment -> new Choice(segment.id(), segment.name()))
                        .toList(),
                names.of(found.number()).names().stream()
                        .map(name -> new DataName(name, frequent(values.getOrDefault(name, Map.of()))))
                        .sorted(Comparator.comparing(one -> one.name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /** How often values occur in some contacts, by name. */
    private Map<String, Map<String, Integer>> values(Directory directory) {
        Map<String, Map<String, Integer>> values = new HashMap<>();
        for (Contact contact : contacts.byNumbers(directory.number(), preview.someNumbers(directory))) {
            contact.profile().embedded().forEach((name, value) -> {
                if (value.length() <= LONGEST_VALUE) {
                    values.computeIfAbsent(name, key -> new TreeMap<>()).merge(value, 1, Integer::sum);
                }
            });
        }

        return values;
    }

    /** What occurs once may be somebody's own, unless few contacts have the name at all. */
    private static List<String> frequent(Map<String, Integer> values) {
        return values.entrySet().stream()
                .filter(entry -> entry.getValue() > 1 || values.size() <= VALUES)
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(VALUES)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Reads YAML or JSON. */
    public ParsedCondition read(String text) {
        return Conditions.parse(text, ids);
    }

    /** The one compact JSON text of a condition. */
    public String json(Condition<ContactTest> condition) {
        return Conditions.json(condition, ids);
    }

    /** The names of the lists and segments that a condition names, by their ids; without those that are gone. */
    public Map<String, String> names(Condition<ContactTest> condition) {
        Used uses = Conditions.uses(condition);
        Map<String, String> found = new HashMap<>();
        for (int list : uses.lists()) {
            lists.byNumber(list).map(MailingList::name).ifPresent(name -> found.put(ids.list(list), name));
        }

        for (long segment : uses.segments()) {
            segments.byNumber(segment).map(Segment::name).ifPresent(name -> found.put(ids.segment(segment), name));
        }

        return found;
    }

    /**
     * For how many contacts a condition holds now, or about how many in a large directory.
     *
     * @throws Refusal when it is not right, or names what the directory does not have
     */
    public SegmentPreview.Estimate estimate(String directory, String text, SegmentPreview.Watch progress) {
        Directory found = directories.find(directory);
        return preview.estimate(found, segments.preview(found, text), progress);
    }

    /** Likewise, of all contacts however many there are. */
    public SegmentPreview.Count count(String directory, String text, SegmentPreview.Watch progress) {
        Directory found = directories.find(directory);
        return preview.count(found, segments.preview(found, text), progress);
    }

    /** Which parts of a condition hold for a contact now. */
    public Explanation explain(String directory, String text, String contact) {
        Directory found = directories.find(directory);
        Condition<ContactTest> condition = segments.preview(found, text);
        Contact who = contacts.find(found.number(), contact);
        return preview.explain(found, condition, who.number())
                .orElseThrow(() -> Refusal.conflict(
                        "CONTACT_GONE", "Cannot explain the condition: the contact was deleted meanwhile."));
    }
}
