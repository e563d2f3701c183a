package io.muster.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of transactions and touchpoints in side files and journals. */
final class EventCodec {

    private EventCodec() {}

    static void writes(List<EventWrite> events, NetWriteCodec.Bytes out) {
        out.putInt(events.size());
        for (EventWrite event : events) {
            key(event.key(), out);
            out.putInt(event.place());
            out.putText(event.id());
            content(event.content(), out);
            StoredEvent replaced = event.replaced();
            out.put(replaced == null ? 0 : 1);
            if (replaced != null) {
                stored(replaced, out);
            }
        }
    }

    static List<EventWrite> writes(ByteBuffer in) {
        int count = in.getInt();
        List<EventWrite> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(new EventWrite(
                    key(in), in.getInt(), NetWriteCodec.text(in), content(in), in.get() == 0 ? null : stored(in)));
        }

        return events;
    }

    static void stored(StoredEvent event, NetWriteCodec.Bytes out) {
        key(event.key(), out);
        out.putLong(event.contact());
        out.putLong(event.number());
        out.putText(event.source());
        out.putText(event.id());
        content(event.content(), out);
        number(event.run(), out);
        out.putLong(event.recordedAt());
    }

    static StoredEvent stored(ByteBuffer in) {
        return new StoredEvent(
                key(in),
                in.getLong(),
                in.getLong(),
                Objects.requireNonNull(NetWriteCodec.text(in)),
                NetWriteCodec.text(in),
                content(in),
                number(in),
                in.getLong());
    }

    private static void content(EventContent content, NetWriteCodec.Bytes out) {
        out.putLong(content.happenedAt());
        number(content.asOf(), out);
        out.put(content.values().size());
        content.values().forEach(out::putText);
    }

    private static EventContent content(ByteBuffer in) {
        long happenedAt = in.getLong();
        Long asOf = number(in);
        int count = in.get();
        List<@Nullable String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(NetWriteCodec.text(in));
        }

        return new EventContent(happenedAt, asOf, values);
    }

    private static void number(@Nullable Long number, NetWriteCodec.Bytes out) {
        out.put(number == null ? 0 : 1);
        if (number != null) {
            out.putLong(number);
        }
    }

    private static @Nullable Long number(ByteBuffer in) {
        return in.get() == 0 ? null : in.getLong();
    }

    private static void key(EventKey key, NetWriteCodec.Bytes out) {
        out.putLong(key.high());
        out.putLong(key.low());
        out.put(key.whole() ? 1 : 0);
    }

    private static EventKey key(ByteBuffer in) {
        return new EventKey(in.getLong(), in.getLong(), in.get() == 1);
    }
}
