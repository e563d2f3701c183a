package io.muster.segment.condition;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** A date or date-time as conditions and values write it; what it spans depends on zone and time of the pass. */
public sealed interface Moment extends Operand {

    /** As conditions write it. */
    default String text() {
        return MomentText.write(this);
    }

    /** A whole day in the directory's time zone. */
    record Day(LocalDate date) implements Moment {}

    /** A date-time without offset, in the directory's time zone; cut to milliseconds. */
    record Local(LocalDateTime time) implements Moment {}

    /** A date-time with offset; cut to milliseconds. */
    record Exact(Instant time) implements Moment {}

    /** A moment that moves along. */
    enum Relative implements Moment {
        /** The whole day of the pass in the directory's time zone. */
        TODAY,
        /** The moment of the pass. */
        NOW
    }
}
