package io.muster.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contact that was deleted, as its rows were stored: whatever columns the tables have, so that it can be put back
 * just as it was.
 *
 * @param number its number
 * @param tables its rows, table by table: the contact's own row first, then all that hung on it; claims of keys are not
 *     among them
 */
public record ContactImage(long number, List<Table> tables) {

    private static final int NULL = 0;
    private static final int NUMBER = 1;
    private static final int TEXT = 2;
    private static final int BYTES = 3;

    /**
     * Rows of one table.
     *
     * @param name the table, for example {@code list_member}
     * @param columns all its columns, {@code directory_id} and {@code number} among them
     * @param rows values in the order of the columns: {@link Long}, {@link String}, {@code byte[]} or null
     */
    public record Table(String name, List<String> columns, List<List<@Nullable Object>> rows) {}

    /** Copies what it is given. */
    public ContactImage {
        tables = List.copyOf(tables);
    }

    void write(NetWriteCodec.Bytes out) {
        out.putLong(number);
        out.putInt(tables.size());
        for (Table table : tables) {
            out.putText(table.name());
            out.putInt(table.columns().size());
            table.columns().forEach(out::putText);
            out.putInt(table.rows().size());
            table.rows().forEach(row -> row.forEach(value -> write(value, out)));
        }
    }

    private static void write(@Nullable Object value, NetWriteCodec.Bytes out) {
        switch (value) {
            case null -> out.put(NULL);
            case Long number -> {
                out.put(NUMBER);
                out.putLong(number);
            }
            case String text -> {
                out.put(TEXT);
                out.putText(text);
            }
            case byte[] bytes -> {
                out.put(BYTES);
                out.putInt(bytes.length);
                out.put(bytes, bytes.length);
            }
            default -> throw new IllegalArgumentException("Not a value of a row: " + value.getClass());
        }
    }

    static ContactImage read(ByteBuffer in) {
        long number = in.getLong();
        int count = in.getInt();
        List<Table> tables = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tables.add(table(in));
        }

        return new ContactImage(number, tables);
    }

    private static Table table(ByteBuffer in) {
        String name = NetWriteCodec.word(in);
        int width = in.getInt();
        List<String> columns = new ArrayList<>(width);
        for (int i = 0; i < width; i++) {
            columns.add(NetWriteCodec.word(in));
        }

        int count = in.getInt();
        List<List<@Nullable Object>> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<@Nullable Object> row = new ArrayList<>(width);
            for (int column = 0; column < width; column++) {
                row.add(value(in));
            }

            rows.add(row);
        }

        return new Table(name, columns, rows);
    }

    private static @Nullable Object value(ByteBuffer in) {
        return switch (in.get()) {
            case NULL -> null;
            case NUMBER -> in.getLong();
            case TEXT -> NetWriteCodec.text(in);
            default -> {
                byte[] bytes = new byte[in.getInt()];
                in.get(bytes);
                yield bytes;
            }
        };
    }
}
