package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.IncomingRow.IncomingTouchpoint;
import io.muster.dedup.resolve.IncomingRow.IncomingTransaction;
import io.muster.dedup.resolve.IncomingRow.RowVerdict;
import io.muster.dedup.resolve.RowAction;
import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.jobs.contactimport.Target.TouchpointPart;
import io.muster.jobs.contactimport.Target.TouchpointPart.Part;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The judged values of one row, in one slot for each target, so that what a value is for matters only when all are
 * there. One object is used for row after row: {@link #clear}, then {@link #set} and {@link #blank}, then
 * {@link #incompleteEvent} and {@link #toIncoming}.
 */
final class RowValues {

    /** So many characters fit into a stored value of 16 MiB, even if JSON needs six bytes for each. */
    static final int MOST_CHARS = 1 << 21;

    private final List<Target> targets;
    private final boolean hasList;
    private final @Nullable String[] values;
    private final BitSet blank = new BitSet();
    private final int date;
    private final int action;
    private final int[] transaction;
    private final int[] touchpoint;

    /**
     * @param targets all that a row can have values for; each has one slot
     * @param hasList whether contacts join a list, so that an opt-out is from that unless it says otherwise
     */
    RowValues(Collection<Target> targets, boolean hasList) {
        this.hasList = hasList;
        this.targets = List.copyOf(targets);
        this.values = new String[this.targets.size()];
        this.date = slot(new Target.TransactionDate());
        this.action = slot(new Target.Action());
        this.transaction =
                slots(target -> target instanceof Target.TransactionId || target instanceof Target.TransactionField);
        this.touchpoint = slots(TouchpointPart.class::isInstance);
    }

    private int[] slots(Predicate<Target> wanted) {
        return IntStream.range(0, values.length)
                .filter(slot -> wanted.test(targets.get(slot)))
                .toArray();
    }

    /** The slot of a target; negative when it has none. */
    int slot(Target target) {
        return targets.indexOf(target);
    }

    void clear() {
        Arrays.fill(values, null);
        blank.clear();
    }

    void clear(int slot) {
        values[slot] = null;
        blank.clear(slot);
    }

    void set(int slot, String value) {
        values[slot] = value;
    }

    /** Notes that the file has the target and the row leaves it blank. */
    void blank(int slot) {
        blank.set(slot);
    }

    boolean has(int slot) {
        return slot >= 0 && values[slot] != null;
    }

    /** Whether the row takes something away, so that its values only say who it is about. */
    boolean takesAway() {
        return action().takesAway();
    }

    private RowAction action() {
        String name = action < 0 ? null : values[action];
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
        int slot = slot(new TouchpointPart(part));
        return slot < 0 ? null : values[slot];
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
        for (int slot = 0; slot < values.length; slot++) {
            String value = values[slot];
            characters += value == null ? 0 : value.length();
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
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        EnumSet<ContactField> blankFields = EnumSet.noneOf(ContactField.class);
        SortedMap<String, String> embedded = new TreeMap<>(CodePointOrder.INSTANCE);
        Set<String> blankEmbedded = new HashSet<>(0);
        SortedMap<String, String> listEmbedded = new TreeMap<>(CodePointOrder.INSTANCE);
        OptOut optOut = OptOut.UNSAID;
        OptOut beside = OptOut.UNSAID;
        long contact = 0;
        long asOf = Origin.NO_AS_OF;
        for (int slot = 0; slot < values.length; slot++) {
            String value = values[slot];
            if (value == null && !blank.get(slot)) {
                continue;
            }

            switch (targets.get(slot)) {
                case Target.Field field -> {
                    if (value == null) {
                        blankFields.add(field.field());
                    } else {
                        fields.put(field.field(), value);
                    }
                }
                case Target.Embedded named -> {
                    if (value == null) {
                        blankEmbedded.add(named.name());
                    } else {
                        embedded.put(named.name(), value);
                    }
                }
                case Target.ListEmbedded named -> {
                    if (value != null) {
                        listEmbedded.put(named.name(), value);
                    }
                }
                case Target.Unsubscribed said -> {
                    if (hasList && said.from() == Target.Unsubscribed.From.DIRECTORY) {
                        beside = and(beside, value);
                    } else {
                        optOut = and(optOut, value);
                    }
                }
                case Target.ContactId ignored -> {
                    if (value != null) {
                        contact = Long.parseLong(value);
                    }
                }
                case Target.AsOf ignored -> {
                    if (value != null) {
                        asOf = Long.parseLong(value);
                    }
                }
                default -> {
                    // Parts of events are taken below; a blank says nothing here.
                }
            }
        }

        return new IncomingRow.Values(
                fields,
                blankFields,
                embedded,
                blankEmbedded,
                EmbeddedJson.write(embedded),
                optOut,
                beside,
                listEmbedded,
                takesAway() ? null : transaction(asOf),
                takesAway() ? null : touchpoint(asOf),
                contact,
                asOf,
                action());
    }

    /** Of two columns that say something of one opt-out, the one that opts out counts. */
    private static OptOut and(OptOut before, @Nullable String value) {
        return value == null || before == OptOut.OUT ? before : value.equals("true") ? OptOut.OUT : OptOut.LIFTED;
    }

    private @Nullable IncomingTransaction transaction(long asOf) {
        String happenedAt = date < 0 ? null : values[date];
        if (happenedAt == null) {
            return null;
        }

        String id = null;
        SortedMap<String, String> fields = new TreeMap<>(CodePointOrder.INSTANCE);
        for (int slot : transaction) {
            String value = values[slot];
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
