package io.muster.segment.evaluate;

import io.muster.directory.EmbeddedJson;
import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows into bits as their plan says. For one thread. */
final class RowReader {

    /** Keys whose meaning is remembered. */
    private static final int MOST_KEYS = 4096;

    private static final int UNKNOWN = -1;

    /** Takes the values of names, besides their bits. */
    interface ValueSink {
        void accept(int name, byte[] bytes, int from, int length);
    }

    private final @Nullable ValueSink sink;
    private final RowBits bits;
    private final long[] rows;
    private final RowPlan.WholeColumn[] wholes;
    private final ValueMemo[] memoOfText;
    private final int[] wordOfText;
    private final int[] wordOfName;
    private final ValueMemo[] memoOfName;

    private final Map<String, Integer> nameOfFolded = new HashMap<>();
    /** What stands before values, with the quotes: {@code "name":"}. */
    private final ByteIndex keys = new ByteIndex();

    private byte[][] openings = {new byte[] {0}};
    private int[] nameOfKey = new int[1];

    /** The key at each of the first places of the last object. */
    private final int[] lastKeys = new int[64];

    private final Bytes.Quoted quoted = new Bytes.Quoted();
    private final long[] seenIn;
    private long object;
    private int found;

    RowReader(RowPlan plan, @Nullable ValueSink sink) {
        this.sink = sink;
        this.bits = new RowBits(plan.missing());
        this.rows = bits.rows();
        JudgedValue reading = new JudgedValue();
        this.memoOfText = plan.texts().stream()
                .map(text -> new ValueMemo(text.judge(), reading))
                .toArray(ValueMemo[]::new);
        this.memoOfName = plan.names().stream()
                .map(name -> new ValueMemo(name.judge(), reading))
                .toArray(ValueMemo[]::new);
        this.wholes = plan.wholes().toArray(RowPlan.WholeColumn[]::new);
        this.wordOfText =
                plan.texts().stream().mapToInt(RowPlan.TextColumn::word).toArray();
        this.wordOfName = plan.names().stream().mapToInt(RowPlan.JsonName::word).toArray();
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
        begin(row);
        int column = 2;
        for (int i = 0; i < wholes.length; i++) {
            whole(i, result.getLong(column), row);
            column++;
        }

        if (memoOfName.length > 0) {
            byte[] json = result.getBytes(column);
            if (json != null) {
                object(json, row);
            }

            column++;
        }

        for (int i = 0; i < memoOfText.length; i++) {
            byte[] value = result.getBytes(column);
            if (value != null) {
                text(i, value, row);
            }

            column++;
        }
    }

    void begin(int row) {
        bits.begin(row);
    }

    void whole(int place, long value, int row) {
        RowPlan.WholeColumn whole = wholes[place];
        long[] passed = whole.bitsOfRank().get(whole.ranks().rank(value));
        for (int i = 0; i < passed.length; i++) {
            rows[((whole.word() + i) << 6) + row] ^= passed[i];
        }
    }

    void text(int place, byte[] value, int row) {
        memoOfText[place].note(Bytes.key(value, 0, value.length), value, 0, value.length, rows, wordOfText[place], row);
    }

    void object(byte[] json, int row) {
        object++;
        found = 0;
        if (!scan(json, row)) {
            // Not in the form that is stored: read by the book. What was noted before that showed stays.
            EmbeddedJson.read(new String(json, StandardCharsets.UTF_8)).forEach((key, value) -> {
                int name = nameOfFolded.getOrDefault(Fold.fold(key), UNKNOWN);
                noteApart(name, value.getBytes(StandardCharsets.UTF_8), row);
            });
        }
    }

    /** Reads a compact object of texts as far as its values are asked for; false when it is none. */
    private boolean scan(byte[] json, int row) {
        int end = json.length - 1;
        if (end < 7 || json[0] != '{' || json[end] != '}') {
            return false;
        }

        int at = 1;
        int place = 0;
        while (at < end) {
            int key = place < lastKeys.length ? lastKeys[place] : 0;
            byte[] opening = openings[key];
            if (opening.length >= end - at || !Bytes.equal(opening, 0, json, at, opening.length)) {
                key = key(json, at, end, place);
                if (key < 0) {
                    return false;
                }

                opening = openings[key];
            }

            int from = at + opening.length;
            quoted.read(json, from);
            int to = quoted.end();
            if (to < 0) {
                return false;
            }

            int name = nameOfKey[key];
            if (json[to] == '"') {
                note(name, quoted.key(), json, from, to - from, row);
            } else {
                to = escapedEnd(json, to);
                if (to < 0) {
                    return false;
                }

                if (name != UNKNOWN) {
                    noteApart(name, unescaped(json, from, to), row);
                }
            }

            if (found == memoOfName.length) {
                return true;
            }

            at = to + 1;
            if (at < end && json[at++] != ',') {
                return false;
            }

            place++;
        }

        return at == end;
    }

    /** Notes a value that does not stand in the object as it is. */
    private void noteApart(int name, byte[] value, int row) {
        if (isNew(name)) {
            memoOfName[name].judge(value, 0, value.length, rows, wordOfName[name], row);
            if (sink != null) {
                sink.accept(name, value, 0, value.length);
            }
        }
    }

    private void note(int name, long key, byte[] bytes, int from, int length, int row) {
        if (isNew(name)) {
            memoOfName[name].note(key, bytes, from, length, rows, wordOfName[name], row);
            if (sink != null) {
                sink.accept(name, bytes, from, length);
            }
        }
    }

    /** Whether the name is asked for and comes for the first time; of names that differ in case only, the first counts. */
    private boolean isNew(int name) {
        if (name == UNKNOWN || seenIn[name] == object) {
            return false;
        }

        seenIn[name] = object;
        found++;
        return true;
    }

    /** The key that begins there, remembered for that place of the next object; negative when none does. */
    private int key(byte[] json, int at, int end, int place) {
        int quote = json[at] == '"' ? Bytes.quoteOrBackslash(json, at + 1) : -1;
        if (quote < 0 || json[quote] != '"' || quote + 2 >= end || json[quote + 1] != ':' || json[quote + 2] != '"') {
            return -1;
        }

        int length = quote + 3 - at;
        int key = keys.find(json, at, length);
        if (key < 0) {
            key = learn(json, at, length);
        }

        if (place < lastKeys.length) {
            lastKeys[place] = key;
        }

        return key;
    }

    private int learn(byte[] json, int at, int length) {
        if (keys.size() == MOST_KEYS) {
            // So many names that remembering them is of no use: begin again.
            keys.clear();
            Arrays.fill(lastKeys, 0);
        }

        int key = keys.add(json, at, length);
        if (key == nameOfKey.length) {
            nameOfKey = Arrays.copyOf(nameOfKey, 2 * key);
            openings = Arrays.copyOf(openings, 2 * key);
        }

        String name = new String(json, at + 1, length - 4, StandardCharsets.UTF_8);
        nameOfKey[key] = nameOfFolded.getOrDefault(Fold.fold(name), UNKNOWN);
        openings[key] = Arrays.copyOfRange(json, at, at + length);
        return key;
    }

    /** Where a text ends that has a backslash at that place; -1 when it does not. */
    private static int escapedEnd(byte[] json, int backslash) {
        int at = backslash;
        while (at >= 0 && json[at] == '\\') {
            if (at + 2 >= json.length) {
                return -1;
            }

            at = Bytes.quoteOrBackslash(json, at + 2);
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
