package io.muster.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction or touchpoint says.
 *
 * @param happenedAt epoch milliseconds
 * @param asOf as of when its source says it, epoch milliseconds; null where the source does not say
 * @param values its other values, in the order of {@link EventKind#valueColumns}
 */
public record EventContent(long happenedAt, @Nullable Long asOf, List<@Nullable String> values) {

    /** Copies what it is given. */
    public EventContent {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /** The content with these values. */
    public static EventContent of(long happenedAt, @Nullable Long asOf, @Nullable String... values) {
        return new EventContent(happenedAt, asOf, Arrays.asList(values));
    }

    /** Whether both say the same; as of when they say it does not count. */
    public boolean saysTheSameAs(EventContent other) {
        return happenedAt == other.happenedAt && values.equals(other.values);
    }

    /** Whether this is newer: as of a later moment, or with a later date where no such moment is given. */
    public boolean isNewerThan(EventContent other) {
        return moment() > other.moment();
    }

    private long moment() {
        return asOf == null ? happenedAt : asOf;
    }
}
