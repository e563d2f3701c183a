package io.muster.load;

import com.mysql.cj.jdbc.JdbcStatement;
import io.muster.directory.Profile;
import io.muster.support.Refusal;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes with {@code LOAD DATA LOCAL}, the fastest way in. The bytes are complete before the statement starts, so the
 * stream it reads cannot fail half way, which would cost the connection. Character set {@code binary}: texts are UTF-8
 * already and keys are raw bytes.
 */
final class LocalInfileRows implements BulkRows {

    /** Bytes of the largest text that a column takes. */
    private static final int MOST_BYTES = (1 << 24) - 1;

    private static final int SURELY_FITS = MOST_BYTES / 3;

    private static final int MOST_DIGITS = 19;

    /** The digits of 00 to 99. */
    private static final byte[] PAIRS = IntStream.range(0, 100)
            .mapToObj("%02d"::formatted)
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII);

    private final BulkTable table;
    private byte[] bytes = new byte[1 << 16];
    private int length;
    private int rows;
    private boolean within;

    LocalInfileRows(BulkTable table) {
        this.table = table;
    }

    @Override
    public BulkRows number(long value) {
        next(20);
        if (value == Long.MIN_VALUE) {
            put(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }

        int end = length + digits(rest);
        length = end;
        while (rest >= 100) {
            int pair = 2 * (int) (rest % 100);
            rest /= 100;
            bytes[--end] = PAIRS[pair + 1];
            bytes[--end] = PAIRS[pair];
        }

        int first = 2 * (int) rest;
        bytes[--end] = PAIRS[first + 1];
        if (rest >= 10) {
            bytes[--end] = PAIRS[first];
        }

        return this;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long most = 10; digits < MOST_DIGITS && value >= most; most *= 10) {
            digits++;
        }

        return digits;
    }

    @Override
    public BulkRows text(@Nullable String value) {
        if (value == null) {
            next(2);
            bytes[length++] = '\\';
            bytes[length++] = 'N';
            return this;
        }

        refuseTooLong(value);
        next(2 * value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                byte[] rest = value.substring(i).getBytes(StandardCharsets.UTF_8);
                room(2 * rest.length);
                put(rest);
                break;
            }

            put((byte) c);
        }

        return this;
    }

    private static void refuseTooLong(String value) {
        if (value.length() > SURELY_FITS && value.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            // The server would cut the value off and only warn.
            throw Refusal.failed("Cannot store a value of more than %,d bytes: the embedded data of a contact has grown"
                            .formatted(MOST_BYTES)
                    + " too large. Import fewer columns, then resume the run.");
        }
    }

    @Override
    public BulkRows values(Profile profile) {
        byte[] line = profile.line();
        String embedded = line.length > SURELY_FITS ? profile.embeddedJson() : null;
        if (embedded != null) {
            refuseTooLong(embedded);
        }

        next(line.length);
        System.arraycopy(line, 0, bytes, length, line.length);
        length += line.length;
        return this;
    }

    @Override
    public BulkRows bytes(byte @Nullable [] value) {
        if (value == null) {
            return text(null);
        }

        next(2 * value.length);
        put(value);
        return this;
    }

    @Override
    public BulkRows key(long high, long low) {
        next(32);
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((byte) (high >>> shift));
        }

        for (int shift = 56; shift >= 0; shift -= 8) {
            put((byte) (low >>> shift));
        }

        return this;
    }

    @Override
    public void end() {
        room(1);
        bytes[length++] = '\n';
        within = false;
        rows++;
    }

    @Override
    public int size() {
        return rows;
    }

    @Override
    public int write(Connection connection, OnDuplicate onDuplicate) throws SQLException {
        if (rows == 0) {
            return 0;
        }

        try (Statement statement = connection.createStatement()) {
            JdbcStatement local = statement.unwrap(JdbcStatement.class);
            local.setLocalInfileInputStream(new ByteArrayInputStream(bytes, 0, length));
            try {
                return statement.executeUpdate(sql(onDuplicate));
            } finally {
                // The driver keeps the stream on the physical connection until it is taken away; a lost one is not used
                // again.
                if (!connection.isClosed()) {
                    local.setLocalInfileInputStream(null);
                }

                rows = 0;
                length = 0;
            }
        }
    }

    private String sql(OnDuplicate onDuplicate) {
        return "LOAD DATA LOCAL INFILE 'rows' " + (onDuplicate == OnDuplicate.REPLACE ? "REPLACE " : "IGNORE ")
                + "INTO TABLE " + table.table() + " CHARACTER SET binary"
                + " FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ("
                + table.columns() + ")";
    }

    private void next(int needed) {
        room(needed + 1);
        if (within) {
            bytes[length++] = '\t';
        }

        within = true;
    }

    private void put(byte[] encoded) {
        for (byte b : encoded) {
            put(b);
        }
    }

    private void put(byte b) {
        switch (b) {
            case '\\', '\t', '\n' -> {
                bytes[length++] = '\\';
                bytes[length++] = b;
            }
            case 0 -> {
                bytes[length++] = '\\';
                bytes[length++] = '0';
            }
            default -> bytes[length++] = b;
        }
    }

    private void room(int needed) {
        if (length + needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + needed));
        }
    }
}
