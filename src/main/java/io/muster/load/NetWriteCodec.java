package io.muster.load;

import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of a net write in a side file. Texts are a length (4, or -1 for null) and UTF-8. */
final class NetWriteCodec {

    // Bits of a membership in files and journals for all time; those written before have no time of opting out.
    private static final int UNSUBSCRIBED = 1;
    private static final int OPTED_OUT_AT = 2;

    private static final int BEFORE = 1;
    private static final int DELETES = 2;

    private static final int JOINS = 1;
    private static final int STAYS = 2;
    private static final int LEAVES = 3;

    private NetWriteCodec() {}

    static void write(NetWrite write, Bytes out) {
        out.putLong(write.ref());
        StoredContact before = write.before();
        out.put((before == null ? 0 : BEFORE) | (write.deletes() ? DELETES : 0));
        if (before != null) {
            line(before.profile(), out);
            times(before, out);
        }

        line(write.after(), out);
        lineage(write.lineage(), out);
        rows(write.rows(), out);

        out.putInt(write.claims().size());
        for (IdentityKey claim : write.claims()) {
            key(claim, out);
        }

        IdentityKey content = write.contentKey();
        out.put(content == null ? 0 : 1);
        if (content != null) {
            key(content, out);
        }

        ListChange list = write.list();
        list(list, out);

        EventCodec.writes(write.transactions(), out);
        EventCodec.writes(write.touchpoints(), out);
    }

    private static void list(@Nullable ListChange list, Bytes out) {
        Membership after = list == null ? null : list.after();
        Membership before = list == null ? null : list.before();
        out.put(list == null ? 0 : after == null ? LEAVES : before == null ? JOINS : STAYS);
        if (after != null) {
            membership(after, out);
        }

        if (before != null) {
            membership(before, out);
        }
    }

    private static @Nullable ListChange list(ByteBuffer in) {
        return switch (in.get()) {
            case JOINS -> new ListChange(membership(in), null);
            case STAYS -> new ListChange(membership(in), membership(in));
            case LEAVES -> new ListChange(null, membership(in));
            default -> null;
        };
    }

    static String word(ByteBuffer in) {
        return Objects.requireNonNull(text(in));
    }

    static NetWrite read(ByteBuffer in) {
        long ref = in.getLong();
        int present = in.get();
        StoredContact before = (present & BEFORE) == 0 ? null : times(ref, line(in), in, true);
        Profile after = line(in);
        Lineage lineage = lineage(in);
        List<RowOutcome> rows = rows(in);

        int claimCount = in.getInt();
        List<IdentityKey> claims = new ArrayList<>(claimCount);
        for (int i = 0; i < claimCount; i++) {
            claims.add(key(in));
        }

        IdentityKey content = in.get() == 0 ? null : key(in);
        ListChange list = list(in);
        return new NetWrite(
                ref,
                before,
                after,
                lineage,
                rows,
                claims,
                content,
                list,
                EventCodec.writes(in),
                EventCodec.writes(in),
                (present & DELETES) != 0);
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

    static void key(IdentityKey key, Bytes out) {
        out.putInt(key.rule());
        out.putLong(key.high());
        out.putLong(key.low());
    }

    static IdentityKey key(ByteBuffer in) {
        return new IdentityKey(in.getInt(), in.getLong(), in.getLong());
    }

    /** A contact as journals keep it for all time. */
    static void contact(StoredContact contact, Bytes out) {
        profile(contact.profile(), out);
        times(contact, out);
    }

    private static void times(StoredContact contact, Bytes out) {
        out.putInt(contact.version());
        out.putLong(contact.createdAt());
        out.putLong(contact.modifiedAt());
        lineage(contact.lineage(), out);
    }

    /** @param hasLineage whether it was written since contacts have one */
    static StoredContact contact(long number, ByteBuffer in, boolean hasLineage) {
        return times(number, profile(in), in, hasLineage);
    }

    private static StoredContact times(long number, Profile profile, ByteBuffer in, boolean hasLineage) {
        return new StoredContact(
                number, in.getInt(), in.getLong(), in.getLong(), profile, hasLineage ? lineage(in) : Lineage.UNKNOWN);
    }

    static void lineage(Lineage lineage, Bytes out) {
        byte[] stored = lineage.stored();
        out.putInt(stored == null ? 0 : stored.length);
        if (stored != null) {
            out.put(stored, stored.length);
        }
    }

    static Lineage lineage(ByteBuffer in) {
        byte[] stored = new byte[in.getInt()];
        in.get(stored);
        return Lineage.of(stored);
    }

    /** The values as they are loaded. */
    private static void line(Profile profile, Bytes out) {
        byte[] line = profile.line();
        out.put(profile.unsubscribed() ? 1 : 0);
        out.putInt(line.length);
        out.put(line, line.length);
    }

    private static Profile line(ByteBuffer in) {
        boolean unsubscribed = in.get() == 1;
        byte[] line = new byte[in.getInt()];
        in.get(line);
        return Profile.ofLine(line, unsubscribed);
    }

    private static void profile(Profile profile, Bytes out) {
        for (ContactField field : ContactField.ALL) {
            out.putText(profile.field(field));
        }

        out.put(profile.unsubscribed() ? 1 : 0);
        out.putText(profile.embeddedJson());
    }

    private static Profile profile(ByteBuffer in) {
        @Nullable String[] values = new String[ContactField.ALL.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = text(in);
        }

        return Profile.stored(values, in.get() == 1, text(in));
    }

    static void membership(Membership membership, Bytes out) {
        Long optedOutAt = membership.optedOutAt();
        out.put((membership.unsubscribed() ? UNSUBSCRIBED : 0) | (optedOutAt == null ? 0 : OPTED_OUT_AT));
        out.putText(membership.embedded());
        out.putLong(membership.joinedAt());
        if (optedOutAt != null) {
            out.putLong(optedOutAt);
        }
    }

    static Membership membership(ByteBuffer in) {
        int present = in.get();
        return new Membership(
                (present & UNSUBSCRIBED) != 0,
                text(in),
                in.getLong(),
                (present & OPTED_OUT_AT) == 0 ? null : in.getLong());
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
