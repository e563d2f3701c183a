package io.muster.load;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of a net write in a write log. Texts are UTF-8 behind their length; -1 stands for null. */
final class NetWriteCodec {

    private NetWriteCodec() {}

    static void write(NetWrite write, Bytes out) {
        out.putLong(write.ref());
        NetWrite.Before before = write.before();
        out.put(before == null ? 0 : 1);
        if (before != null) {
            image(before.image(), out);
            out.putInt(before.version());
            out.putLong(before.createdAt());
            out.putLong(before.modifiedAt());
        }

        image(write.after(), out);
        rows(write.rows(), out);

        out.putInt(write.claims().size());
        for (ClaimKey claim : write.claims()) {
            key(claim, out);
        }

        ClaimKey content = write.contentKey();
        out.put(content == null ? 0 : 1);
        if (content != null) {
            key(content, out);
        }

        ListChange list = write.list();
        out.put(list == null ? 0 : list.before() == null ? 1 : 2);
        if (list != null) {
            membership(list.after(), out);
            if (list.before() != null) {
                membership(list.before(), out);
            }
        }

        // Touchpoints are rare: the number of transactions says whether there are any, so that others cost nothing.
        int transactions = write.transactions().size();
        out.putInt(write.touchpoints().isEmpty() ? transactions : ~transactions);
        for (TransactionWrite transaction : write.transactions()) {
            eventKey(transaction.key(), out);
            out.putLong(transaction.happenedAt());
            out.putText(transaction.fields());
        }

        if (!write.touchpoints().isEmpty()) {
            touchpoints(write.touchpoints(), out);
        }
    }

    private static void touchpoints(List<TouchpointWrite> touchpoints, Bytes out) {
        out.putInt(touchpoints.size());
        for (TouchpointWrite touchpoint : touchpoints) {
            eventKey(touchpoint.key(), out);
            out.putText(touchpoint.channel());
            out.putText(touchpoint.kind());
            out.putLong(touchpoint.happenedAt());
            out.putText(touchpoint.survey());
            out.putText(touchpoint.intercept());
        }
    }

    private static List<TouchpointWrite> touchpoints(ByteBuffer in) {
        int count = in.getInt();
        List<TouchpointWrite> touchpoints = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            touchpoints.add(new TouchpointWrite(eventKey(in), word(in), word(in), in.getLong(), text(in), text(in)));
        }

        return touchpoints;
    }

    private static String word(ByteBuffer in) {
        return Objects.requireNonNull(text(in));
    }

    private static void eventKey(EventKey key, Bytes out) {
        out.putLong(key.high());
        out.putLong(key.low());
        out.put(key.whole() ? 1 : 0);
    }

    private static EventKey eventKey(ByteBuffer in) {
        return new EventKey(in.getLong(), in.getLong(), in.get() == 1);
    }

    static NetWrite read(ByteBuffer in) {
        long ref = in.getLong();
        NetWrite.Before before =
                in.get() == 0 ? null : new NetWrite.Before(image(in), in.getInt(), in.getLong(), in.getLong());
        ContactImage after = image(in);
        List<RowOutcome> rows = rows(in);

        int claimCount = in.getInt();
        List<ClaimKey> claims = new ArrayList<>(claimCount);
        for (int i = 0; i < claimCount; i++) {
            claims.add(key(in));
        }

        ClaimKey content = in.get() == 0 ? null : key(in);
        ListChange list = switch (in.get()) {
            case 1 -> new ListChange(membership(in), null);
            case 2 -> new ListChange(membership(in), membership(in));
            default -> null;
        };
        int marked = in.getInt();
        int transactionCount = marked < 0 ? ~marked : marked;
        List<TransactionWrite> transactions = new ArrayList<>(transactionCount);
        for (int i = 0; i < transactionCount; i++) {
            transactions.add(new TransactionWrite(eventKey(in), in.getLong(), text(in)));
        }

        List<TouchpointWrite> touchpoints = marked < 0 ? touchpoints(in) : List.of();
        return new NetWrite(ref, before, after, rows, claims, content, list, transactions, touchpoints);
    }

    static void rows(List<RowOutcome> rows, Bytes out) {
        out.putInt(rows.size());
        for (RowOutcome row : rows) {
            out.putLong(row.row());
            out.put(row.kind().code());
            out.putInt(row.changed());
        }
    }

    static List<RowOutcome> rows(ByteBuffer in) {
        int count = in.getInt();
        List<RowOutcome> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(new RowOutcome(in.getLong(), RowOutcome.Kind.of(in.get()), in.getInt()));
        }

        return rows;
    }

    static void key(ClaimKey key, Bytes out) {
        out.putInt(key.rule());
        out.putLong(key.high());
        out.putLong(key.low());
    }

    static ClaimKey key(ByteBuffer in) {
        return new ClaimKey(in.getInt(), in.getLong(), in.getLong());
    }

    static void image(ContactImage image, Bytes out) {
        out.putText(image.firstName());
        out.putText(image.lastName());
        out.putText(image.email());
        out.putText(image.phone());
        out.putText(image.extRef());
        out.putText(image.language());
        out.put(image.unsubscribed() ? 1 : 0);
        out.putText(image.embedded());
    }

    static ContactImage image(ByteBuffer in) {
        return new ContactImage(text(in), text(in), text(in), text(in), text(in), text(in), in.get() == 1, text(in));
    }

    static void membership(ListChange.Membership membership, Bytes out) {
        out.put(membership.unsubscribed() ? 1 : 0);
        out.putText(membership.embedded());
        out.putLong(membership.joinedAt());
    }

    static ListChange.Membership membership(ByteBuffer in) {
        return new ListChange.Membership(in.get() == 1, text(in), in.getLong());
    }

    static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }

        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }

        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    /** A growing run of bytes, big-endian. */
    static final class Bytes {

        private byte[] bytes = new byte[1 << 12];
        private int length;

        void clear() {
            length = 0;
        }

        int length() {
            return length;
        }

        byte[] array() {
            return bytes;
        }

        void put(int value) {
            room(1);
            bytes[length++] = (byte) value;
        }

        void putInt(int value) {
            room(4);
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes[length++] = (byte) (value >>> shift);
            }
        }

        void putLong(long value) {
            room(8);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[length++] = (byte) (value >>> shift);
            }
        }

        void putText(@Nullable String text) {
            if (text == null) {
                putInt(-1);
                return;
            }

            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            putInt(encoded.length);
            put(encoded, encoded.length);
        }

        void put(byte[] source, int count) {
            room(count);
            System.arraycopy(source, 0, bytes, length, count);
            length += count;
        }

        private void room(int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
            }
        }
    }
}
