package io.muster.segment.evaluate;

import io.muster.directory.EmbeddedJson;
import io.muster.support.Fold;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows into bits as their plan says. For one thread. */
final class RowReader {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    /** Names of a JSON object whose meaning is remembered. */
    private static final int MOST_NAMES = 4096;

    private static final int UNKNOWN = -1;

    /** Takes the values of names, besides their bits. */
    interface ValueSink {
        void accept(int name, byte[] bytes, int from, int length);
    }

    private final RowPlan plan;
    private final @Nullable ValueSink sink;
    private final RowBits bits;
    private final ValueMemo[] memoOfText;
    private final ValueMemo[] memoOfName;

    private final Map<String, Integer> nameOfFolded = new HashMap<>();
    private final ByteIndex knownNames = new ByteIndex();
    private final List<Integer> nameOfKnown = new ArrayList<>();

    /** What the names at each place of an object were last time. */
    private byte[][] lastBytes = new byte[16][0];

    private int[] lastName = new int[16];
    private final long[] seenIn;
    private long object;

    RowReader(RowPlan plan, @Nullable ValueSink sink) {
        this.plan = plan;
        this.sink = sink;
        this.bits = new RowBits(plan.missing());
        Reading reading = new Reading();
        this.memoOfText = plan.texts().stream()
                .map(text -> new ValueMemo(text.judge(), reading))
                .toArray(ValueMemo[]::new);
        this.memoOfName = plan.names().stream()
                .map(name -> new ValueMemo(name.judge(), reading))
                .toArray(ValueMemo[]::new);
        this.seenIn = new long[plan.names().size()];
        for (int i = 0; i < plan.names().size(); i++) {
            nameOfFolded.put(plan.names().get(i).name(), i);
        }
    }

    /** The bits of the rows read. */
    RowBits bits() {
        return bits;
    }

    /**
     * Reads a row.
     *
     * @param result its columns are a number and those of {@link RowPlan#columns}
     * @param row 0 to 63
     */
    void read(ResultSet result, int row) throws SQLException {
        bits.begin(row);
        long[] rows = bits.rows();
        int column = 2 + plan.wholes().size() + plan.texts().size();
        if (memoOfName.length > 0) {
            byte[] json = result.getBytes(column);
            if (json != null) {
                object(json, rows, row);
            }
        }

        column = 2;
        for (RowPlan.WholeColumn whole : plan.wholes()) {
            long[] passed = whole.bitsOfRank().get(whole.ranks().rank(result.getLong(column)));
            for (int i = 0; i < passed.length; i++) {
                rows[((whole.word() + i) << 6) + row] ^= passed[i];
            }

            column++;
        }

        for (int i = 0; i < memoOfText.length; i++) {
            byte[] value = result.getBytes(column);
            if (value != null) {
                memoOfText[i].note(
                        value, 0, value.length, rows, plan.texts().get(i).word(), row);
            }

            column++;
        }
    }

    private void object(byte[] json, long[] rows, int row) {
        object++;
        if (!scan(json, rows, row)) {
            // Not in the form that is stored: read by the book, and from the start.
            object++;
            bits.begin(row);
            EmbeddedJson.read(new String(json, StandardCharsets.UTF_8)).forEach((key, value) -> {
                int name = nameOfFolded.getOrDefault(Fold.fold(key), UNKNOWN);
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                note(name, bytes, 0, bytes.length, rows, row);
            });
        }
    }

    /** Reads a compact object of texts; false when it is none. */
    private boolean scan(byte[] json, long[] rows, int row) {
        int end = json.length - 1;
        if (end < 1 || json[0] != '{' || json[end] != '}') {
            return false;
        }

        int at = 1;
        int place = 0;
        while (at < end) {
            int keyEnd = json[at] == '"' ? stop(json, at + 1) : -1;
            if (keyEnd < 0 || json[keyEnd] != '"' || keyEnd + 2 >= end || json[keyEnd + 1] != ':') {
                return false;
            }

            if (json[keyEnd + 2] != '"') {
                return false;
            }

            int name = name(json, at + 1, keyEnd, place);
            int valueStart = keyEnd + 3;
            int valueEnd = stop(json, valueStart);
            if (valueEnd < 0) {
                return false;
            }

            if (json[valueEnd] == '"') {
                note(name, json, valueStart, valueEnd - valueStart, rows, row);
            } else {
                valueEnd = escapedEnd(json, valueEnd);
                if (valueEnd < 0) {
                    return false;
                }

                if (name != UNKNOWN) {
                    byte[] value = unescaped(json, valueStart, valueEnd);
                    note(name, value, 0, value.length, rows, row);
                }
            }

            at = valueEnd + 1;
            if (at < end && json[at++] != ',') {
                return false;
            }

            place++;
        }

        return at == end;
    }

    private void note(int name, byte[] bytes, int from, int length, long[] rows, int row) {
        // Of names that differ in case only, the first counts.
        if (name != UNKNOWN && seenIn[name] != object) {
            seenIn[name] = object;
            memoOfName[name].note(
                    bytes, from, length, rows, plan.names().get(name).word(), row);
            if (sink != null) {
                sink.accept(name, bytes, from, length);
            }
        }
    }

    /** Which of the plan's names a key is. */
    private int name(byte[] json, int from, int to, int place) {
        if (place < lastBytes.length) {
            byte[] last = lastBytes[place];
            if (last.length == to - from && Arrays.equals(last, 0, last.length, json, from, to)) {
                return lastName[place];
            }
        } else {
            lastBytes = Arrays.copyOf(lastBytes, 2 * place);
            Arrays.fill(lastBytes, place, lastBytes.length, new byte[0]);
            lastName = Arrays.copyOf(lastName, 2 * place);
            Arrays.fill(lastName, place, lastName.length, UNKNOWN);
        }

        int name = find(json, from, to);
        lastBytes[place] = Arrays.copyOfRange(json, from, to);
        lastName[place] = name;
        return name;
    }

    private int find(byte[] json, int from, int to) {
        int known = knownNames.find(json, from, to - from);
        if (known >= 0) {
            return nameOfKnown.get(known);
        }

        String key = new String(json, from, to - from, StandardCharsets.UTF_8);
        int name = nameOfFolded.getOrDefault(Fold.fold(key), UNKNOWN);
        if (knownNames.size() < MOST_NAMES) {
            knownNames.add(json, from, to - from);
            nameOfKnown.add(name);
        }

        return name;
    }

    /** Where the next quote or backslash is; -1 when there is none. */
    private static int stop(byte[] json, int from) {
        int at = from;
        while (at + 8 <= json.length) {
            long eight = (long) LONG.get(json, at);
            long quote = eight ^ QUOTES;
            long backslash = eight ^ BACKSLASHES;
            long found = ((quote - ONES & ~quote) | (backslash - ONES & ~backslash)) & HIGHS;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }

            at += 8;
        }

        while (at < json.length) {
            if (json[at] == '"' || json[at] == '\\') {
                return at;
            }

            at++;
        }

        return -1;
    }

    /** Where a text ends that has a backslash at that place; -1 when it does not. */
    private static int escapedEnd(byte[] json, int backslash) {
        int at = backslash;
        while (at >= 0 && json[at] == '\\') {
            if (at + 2 >= json.length) {
                return -1;
            }

            at = stop(json, at + 2);
        }

        return at;
    }

    private static byte[] unescaped(byte[] json, int from, int to) {
        String value = new String(json, from, to - from, StandardCharsets.UTF_8);
        return EmbeddedJson.read("{\"\":\"" + value + "\"}")
                .getOrDefault("", "")
                .getBytes(StandardCharsets.UTF_8);
    }
}
