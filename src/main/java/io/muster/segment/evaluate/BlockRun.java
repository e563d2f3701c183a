package io.muster.segment.evaluate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/** Evaluates blocks one after the other on one connection. Its memory depends on the plan alone. For one thread. */
final class BlockRun {

    private static final int BLOCK_WORDS = Pass.BLOCK / 64;
    private static final int LISTS_PER_STATEMENT = 50;

    private static final String CONTACTS = "SELECT %s FROM contact WHERE directory_id = %d AND %%s ORDER BY number";

    // One number instead of two: the driver's cost is by cells.
    private static final String NUMBER_AND_OPT_OUT = "number * 2 + unsubscribed";

    private static final String MEMBERS = """
            SELECT list_id * 131072 + (number - %d) * 2 + unsubscribed FROM list_member
            WHERE directory_id = %d AND list_id IN (%s) AND %%s
            """;

    private final Plan plan;
    private final Connection connection;
    private final RowReader reader;
    private final long[] masks;
    private final long[][] blockMasks;
    private final long[] contacts = new long[BLOCK_WORDS];
    private final long[][] outcomes;
    private final List<Integer> slots;
    private final List<EventRun> events;
    private final String sql;

    /** The block mask of those who opted out of the directory; negative when nobody asks. */
    private final int optedOut;

    private int lastList = -1;
    private int maskOfMembers = -1;
    private int maskOfOptedOut = -1;
    private int window = -1;
    private int group = -1;

    BlockRun(Plan plan, Connection connection) {
        this(plan, connection, null);
    }

    /** @param seen is told what the events of the only contact came to; null when nobody wants to know */
    BlockRun(Plan plan, Connection connection, @Nullable Map<Plan.Seen, String> seen) {
        this.plan = plan;
        this.connection = connection;
        this.reader = new RowReader(plan.rows(), null);
        this.masks = new long[plan.contacts().slots() * Algebra.WORDS];
        this.blockMasks = new long[plan.blockMasks()][BLOCK_WORDS];
        this.optedOut = plan.optedOut().getOrDefault(Plan.DIRECTORY, -1);
        this.slots = List.copyOf(plan.segments().values());
        this.outcomes = new long[slots.size()][BLOCK_WORDS];
        this.events = plan.events().stream().map(one -> new EventRun(one, seen)).toList();
        List<String> columns = new ArrayList<>(List.of(NUMBER_AND_OPT_OUT));
        columns.addAll(plan.rows().columns("embedded"));
        this.sql = CONTACTS.formatted(String.join(", ", columns), plan.setup().directory());
    }

    /**
     * Evaluates a slice.
     *
     * @param only the positions asked for; null for all
     */
    BlockMembers run(Slice slice, @Nullable RoaringBitmap only) throws SQLException {
        Arrays.fill(contacts, 0);
        for (long[] outcome : outcomes) {
            Arrays.fill(outcome, 0);
        }

        readPublished(slice.block());
        readLists(slice);
        for (EventRun run : events) {
            run.run(connection, slice, blockMasks);
        }

        window = -1;
        group = -1;
        RowStream.read(connection, sql, slice, this::contact);
        endWindow();
        return answer(slice.block(), only);
    }

    private void readPublished(int block) throws SQLException {
        for (Map.Entry<Long, Integer> entry : plan.published().entrySet()) {
            long[] mask = blockMasks[entry.getValue()];
            Arrays.fill(mask, 0);
            RoaringBitmap members = plan.setup().published().block(connection, entry.getKey(), block);
            if (members != null) {
                members.forEach((int position) -> mask[position >>> 6] |= 1L << position);
            }
        }
    }

    private void readLists(Slice slice) throws SQLException {
        plan.members().values().forEach(mask -> Arrays.fill(blockMasks[mask], 0));
        plan.optedOut().values().forEach(mask -> Arrays.fill(blockMasks[mask], 0));
        TreeSet<Integer> lists = new TreeSet<>(plan.members().keySet());
        lists.addAll(plan.optedOut().keySet());
        lists.remove(Plan.DIRECTORY);
        List<Integer> all = List.copyOf(lists);
        for (int from = 0; from < all.size(); from += LISTS_PER_STATEMENT) {
            String some = all.subList(from, Math.min(from + LISTS_PER_STATEMENT, all.size())).stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(","));
            RowStream.read(
                    connection,
                    MEMBERS.formatted((long) slice.block() << 16, plan.setup().directory(), some),
                    slice,
                    this::member);
        }
    }

    private void member(ResultSet result) throws SQLException {
        long member = result.getLong(1);
        int list = (int) (member >>> 17);
        int position = (int) (member >>> 1) & 0xFFFF;
        if (list != lastList) {
            lastList = list;
            maskOfMembers = plan.members().getOrDefault(list, -1);
            maskOfOptedOut = plan.optedOut().getOrDefault(list, -1);
        }

        if (maskOfMembers >= 0) {
            blockMasks[maskOfMembers][position >>> 6] |= 1L << position;
        }

        if (maskOfOptedOut >= 0 && (member & 1) == 1) {
            blockMasks[maskOfOptedOut][position >>> 6] |= 1L << position;
        }
    }

    private void contact(ResultSet result) throws SQLException {
        long numberAndOptOut = result.getLong(1);
        int position = (int) (numberAndOptOut >>> 1) & 0xFFFF;
        if ((numberAndOptOut & 1) == 1 && optedOut >= 0) {
            blockMasks[optedOut][position >>> 6] |= 1L << position;
        }

        if (position >>> 6 != group) {
            endGroup();
            if (position / Algebra.ROWS != window) {
                endWindow();
                window = position / Algebra.ROWS;
            }

            group = position >>> 6;
        }

        contacts[group] |= 1L << position;
        reader.read(result, position & 63);
    }

    private void endGroup() {
        if (group >= 0) {
            reader.bits().flush(masks, group % Algebra.WORDS);
            group = -1;
        }
    }

    private void endWindow() {
        endGroup();
        if (window < 0) {
            return;
        }

        int first = window * Algebra.WORDS;
        for (int mask = 0; mask < blockMasks.length; mask++) {
            System.arraycopy(
                    blockMasks[mask], first, masks, (plan.firstBlockSlot() + mask) * Algebra.WORDS, Algebra.WORDS);
        }

        plan.contacts().run(masks);
        for (int i = 0; i < outcomes.length; i++) {
            int from = slots.get(i) * Algebra.WORDS;
            for (int word = 0; word < Algebra.WORDS; word++) {
                outcomes[i][first + word] = masks[from + word] & contacts[first + word];
            }
        }
    }

    private BlockMembers answer(int block, @Nullable RoaringBitmap only) {
        SequencedMap<Long, RoaringBitmap> members = new LinkedHashMap<>();
        int i = 0;
        for (long segment : plan.segments().keySet()) {
            members.put(segment, bitmap(outcomes[i], only));
            i++;
        }

        return new BlockMembers(block, bitmap(contacts, only), members);
    }

    /** Whether a node holds for a contact of the window read last. */
    boolean holds(int node, int position) {
        long word = masks[plan.contacts().slot(node) * Algebra.WORDS + (position % Algebra.ROWS >>> 6)];
        return (word >>> position & 1) == 1;
    }

    private static RoaringBitmap bitmap(long[] mask, @Nullable RoaringBitmap only) {
        RoaringBitmap bitmap = BitSetUtil.bitmapOf(mask);
        if (only != null) {
            bitmap.and(only);
        }

        return bitmap;
    }
}
