package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.IncomingRow.IncomingTouchpoint;
import io.muster.dedup.resolve.IncomingRow.IncomingTransaction;
import io.muster.dedup.resolve.IncomingRow.RowVerdict;
import io.muster.dedup.resolve.RowAction;
import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldValues;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.directory.ProfileLine;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.jobs.contactimport.Target.TouchpointPart;
import io.muster.jobs.contactimport.Target.TouchpointPart.Part;
import io.muster.support.CharSlice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The judged values of one row, in one slot for each target, so that what a value is for matters only when all are
 * there. One object is used for row after row: {@link #clear}, then {@link #set}, {@link #take} and {@link #blank}, then
 * {@link #incompleteEvent} and {@link #toIncoming}. A value that is stored as it stands in the file is no text but a
 * stretch of the record's characters.
 */
final class RowValues implements FieldValues {

    /** So many characters fit into a stored value of 16 MiB, even if JSON needs six bytes for each. */
    static final int MOST_CHARS = 1 << 21;

    /** So many ways to be blank are remembered: a row has its blanks in common with most others. */
    private static final int MOST_BLANKS = 256;

    private static final char[] NONE = {};
    private static final SortedMap<String, String> NO_DATA = Collections.emptySortedMap();

    private final List<Target> targets;
    private final boolean hasList;
    private final @Nullable String[] texts;
    private final int[] from;
    private final int[] to;
    private char[] chars = NONE;
    private final BitSet blank = new BitSet();
    private final Map<BitSet, IncomingRow.Blank> blanks = new HashMap<>();
    private final int[] fields;
    private final List<Member> members;
    private final int[] others;
    private final int date;
    private final int action;
    private final int[] transaction;
    private final int[] touchpoint;
    private final ProfileLine line = new ProfileLine();
    private final CharSlice slice = new CharSlice();

    /** Embedded data: its slot, and its name as the line has it. */
    private record Member(int slot, String name, ByteBuffer json) {}

    /**
     * @param targets all that a row can have values for; each has one slot
     * @param hasList whether contacts join a list, so that an opt-out is from that unless it says otherwise
     */
    RowValues(Collection<Target> targets, boolean hasList) {
        this.hasList = hasList;
        this.targets = List.copyOf(targets);
        int slots = this.targets.size();
        this.texts = new String[slots];
        this.from = new int[slots];
        this.to = new int[slots];
        this.fields = ContactField.ALL.stream()
                .mapToInt(field -> slot(new Target.Field(field)))
                .toArray();
        this.members = IntStream.range(0, slots)
                .filter(slot -> this.targets.get(slot) instanceof Target.Embedded)
                .mapToObj(this::member)
                .sorted(Comparator.comparing(Member::name, CodePointOrder.INSTANCE))
                .toList();
        this.others = slots(target -> !(target instanceof Target.Field || target instanceof Target.Embedded));
        this.date = slot(new Target.TransactionDate());
        this.action = slot(new Target.Action());
        this.transaction =
                slots(target -> target instanceof Target.TransactionId || target instanceof Target.TransactionField);
        this.touchpoint = slots(TouchpointPart.class::isInstance);
    }

    private Member member(int slot) {
        String name = ((Target.Embedded) targets.get(slot)).name();
        return new Member(slot, name, ByteBuffer.wrap(ProfileLine.nameInJson(name)));
    }

    private int[] slots(Predicate<Target> wanted) {
        return IntStream.range(0, texts.length)
                .filter(slot -> wanted.test(targets.get(slot)))
                .toArray();
    }

    /** The slot of a target; negative when it has none. */
    int slot(Target target) {
        return targets.indexOf(target);
    }

    /** Forgets the row before. */
    void clear() {
        Arrays.fill(texts, null);
        Arrays.fill(from, 0);
        Arrays.fill(to, 0);
        blank.clear();
    }

    void clear(int slot) {
        texts[slot] = null;
        from[slot] = 0;
        to[slot] = 0;
        blank.clear(slot);
    }

    void set(int slot, String value) {
        clear(slot);
        texts[slot] = value;
    }

    /** Takes characters of the record, at least one, for a value. */
    void take(int slot, char[] record, CharSlice value) {
        clear(slot);
        chars = record;
        from[slot] = value.from();
        to[slot] = value.to();
    }

    /** Notes that the file has the target and the row leaves it blank. */
    void blank(int slot) {
        clear(slot);
        blank.set(slot);
    }

    boolean has(int slot) {
        return slot >= 0 && (texts[slot] != null || to[slot] > from[slot]);
    }

    private @Nullable String text(int slot) {
        String text = slot < 0 ? null : texts[slot];
        return text != null || !has(slot) ? text : new String(chars, from[slot], to[slot] - from[slot]);
    }

    /** A value until the next question; null when there is none. */
    private @Nullable CharSequence value(int slot) {
        String text = slot < 0 ? null : texts[slot];
        return text != null || !has(slot) ? text : slice.at(chars, from[slot], to[slot]);
    }

    @Override
    public @Nullable CharSequence field(ContactField field) {
        return value(fields[field.place()]);
    }

    @Override
    public @Nullable CharSequence embedded(String name) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).name().equals(name)) {
                return value(members.get(i).slot());
            }
        }

        return null;
    }

    /** Whether the row takes something away, so that its values only say who it is about. */
    boolean takesAway() {
        return action().takesAway();
    }

    private RowAction action() {
        String name = text(action);
        return name == null ? RowAction.UPSERT : RowAction.valueOf(name);
    }

    /** Whether there is a value for any part of a touchpoint. */
    boolean hasTouchpoint() {
        return hasAny(touchpoint);
    }

    private boolean hasAny(int[] slots) {
        for (int slot : slots) {
            if (has(slot)) {
                return true;
            }
        }

        return false;
    }

    private @Nullable String part(Part part) {
        return text(slot(new TouchpointPart(part)));
    }

    /**
     * The rejection of a row that records half a transaction or half a touchpoint; null for others.
     *
     * @param bringsTouchpoint whether a column says something of a touchpoint: constants alone make none
     */
    RowVerdict.@Nullable Rejected incompleteEvent(boolean bringsTouchpoint) {
        if (hasAny(transaction) && !has(date)) {
            return new RowVerdict.Rejected(
                    "TRANSACTION_DATE_MISSING", "transaction.date", "The row's transaction has no date.");
        }

        if (!hasTouchpoint() || (!bringsTouchpoint && part(Part.TIME) == null)) {
            return null;
        }

        if (part(Part.TIME) == null) {
            return missing(Part.TIME);
        }

        return part(Part.CHANNEL) == null ? missing(Part.CHANNEL) : part(Part.KIND) == null ? missing(Part.KIND) : null;
    }

    /** The rejection of a row whose values would not fit where they are stored; null for others. */
    RowVerdict.@Nullable Rejected tooLarge() {
        long characters = 0;
        for (int slot = 0; slot < texts.length; slot++) {
            String text = texts[slot];
            characters += text == null ? to[slot] - from[slot] : text.length();
        }

        return characters <= MOST_CHARS
                ? null
                : new RowVerdict.Rejected(
                        "VALUES_TOO_LARGE",
                        null,
                        "The row's values have more than %,d characters together.".formatted(MOST_CHARS));
    }

    private static RowVerdict.Rejected missing(Part part) {
        return new RowVerdict.Rejected(
                "TOUCHPOINT_" + part.name() + "_MISSING",
                new TouchpointPart(part).text(),
                "The row's touchpoint has no " + part.word() + ".");
    }

    /** All values, as deduplication takes them. */
    IncomingRow.Values toIncoming() {
        SortedMap<String, String> listEmbedded = NO_DATA;
        OptOut optOut = OptOut.UNSAID;
        OptOut beside = OptOut.UNSAID;
        long contact = 0;
        long asOf = Origin.NO_AS_OF;
        for (int slot : others) {
            String value = text(slot);
            if (value == null) {
                continue;
            }

            switch (targets.get(slot)) {
                case Target.ListEmbedded named -> {
                    listEmbedded = listEmbedded.isEmpty() ? new TreeMap<>(CodePointOrder.INSTANCE) : listEmbedded;
                    listEmbedded.put(named.name(), value);
                }
                case Target.Unsubscribed said -> {
                    if (hasList && said.from() == Target.Unsubscribed.From.DIRECTORY) {
                        beside = and(beside, value);
                    } else {
                        optOut = and(optOut, value);
                    }
                }
                case Target.ContactId ignored -> contact = Long.parseLong(value);
                case Target.AsOf ignored -> asOf = Long.parseLong(value);
                default -> {
                    // Parts of events are taken below.
                }
            }
        }

        return new IncomingRow.Values(
                Profile.ofLine(line(), false),
                blanks(),
                optOut,
                beside,
                listEmbedded,
                takesAway() ? null : transaction(asOf),
                takesAway() ? null : touchpoint(asOf),
                contact,
                asOf,
                action());
    }

    private byte[] line() {
        for (int slot : fields) {
            if (slot >= 0 && texts[slot] == null && has(slot)) {
                line.value(chars, from[slot], to[slot]);
            } else {
                line.value(slot < 0 ? null : texts[slot]);
            }
        }

        boolean first = true;
        for (int i = 0; i < members.size(); i++) {
            int slot = members.get(i).slot();
            if (has(slot)) {
                line.member(members.get(i).json().array(), first);
                first = false;
                String text = texts[slot];
                if (text == null) {
                    line.memberValue(chars, from[slot], to[slot]);
                } else {
                    line.memberValue(text.toCharArray(), 0, text.length());
                }
            }
        }

        if (first) {
            line.value(null);
        } else {
            line.endMembers();
        }

        return line.toBytes();
    }

    private IncomingRow.Blank blanks() {
        IncomingRow.Blank known = blanks.get(blank);
        if (known != null) {
            return known;
        }

        Set<ContactField> blankFields = EnumSet.noneOf(ContactField.class);
        Set<String> blankEmbedded = new HashSet<>();
        for (int slot = blank.nextSetBit(0); slot >= 0; slot = blank.nextSetBit(slot + 1)) {
            switch (targets.get(slot)) {
                case Target.Field field -> blankFields.add(field.field());
                case Target.Embedded named -> blankEmbedded.add(named.name());
                default -> {
                    // A blank says nothing of anything else.
                }
            }
        }

        IncomingRow.Blank made = new IncomingRow.Blank(Set.copyOf(blankFields), Set.copyOf(blankEmbedded));
        if (blanks.size() < MOST_BLANKS) {
            blanks.put((BitSet) blank.clone(), made);
        }

        return made;
    }

    /** Of two columns that say something of one opt-out, the one that opts out counts. */
    private static OptOut and(OptOut before, String value) {
        return before == OptOut.OUT ? before : value.equals("true") ? OptOut.OUT : OptOut.LIFTED;
    }

    private @Nullable IncomingTransaction transaction(long asOf) {
        String happenedAt = text(date);
        if (happenedAt == null) {
            return null;
        }

        String id = null;
        SortedMap<String, String> fields = new TreeMap<>(CodePointOrder.INSTANCE);
        for (int slot : transaction) {
            String value = text(slot);
            if (value != null && targets.get(slot) instanceof Target.TransactionField field) {
                fields.put(field.name(), value);
            } else if (value != null) {
                id = value;
            }
        }

        return IncomingTransaction.of(id, Long.parseLong(happenedAt), orNull(asOf), EmbeddedJson.write(fields));
    }

    private @Nullable IncomingTouchpoint touchpoint(long asOf) {
        if (!hasTouchpoint()) {
            return null;
        }

        String time = part(Part.TIME);
        String channel = part(Part.CHANNEL);
        String kind = part(Part.KIND);
        if (time == null || channel == null || kind == null) {
            return null;
        }

        return IncomingTouchpoint.of(
                part(Part.KEY),
                Long.parseLong(time),
                orNull(asOf),
                new TouchpointParts(
                        TouchpointChannel.of(channel).orElseThrow(),
                        TouchpointKind.of(kind).orElseThrow(),
                        part(Part.SURVEY),
                        part(Part.INTERCEPT),
                        part(Part.PROJECT),
                        part(Part.DISPLAY),
                        part(Part.SESSION)));
    }

    private static @Nullable Long orNull(long asOf) {
        return asOf == Origin.NO_AS_OF ? null : asOf;
    }
}
