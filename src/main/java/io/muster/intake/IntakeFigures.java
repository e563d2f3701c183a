package io.muster.intake;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What this process has counted since it started, for metrics. */
public final class IntakeFigures {

    private final LongAdder accepted = new LongAdder();
    private final LongAdder spooled = new LongAdder();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<EventOutcome, LongAdder> outcomes = new EnumMap<>(EventOutcome.class);

    IntakeFigures() {
        for (EventOutcome outcome : EventOutcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    void accepted(int events) {
        accepted.add(events);
    }

    void spooled(int events) {
        spooled.add(events);
    }

    void replayed(int events) {
        replayed.add(events);
    }

    void setAside() {
        setAside.increment();
    }

    void refused(int events) {
        refused.add(events);
    }

    void outcome(EventOutcome outcome) {
        of(outcome).increment();
    }

    private LongAdder of(EventOutcome outcome) {
        return java.util.Objects.requireNonNull(outcomes.get(outcome));
    }

    /** Events of calls that were answered with 202. */
    public long accepted() {
        return accepted.sum();
    }

    /** Events that went to the spool. */
    public long spooled() {
        return spooled.sum();
    }

    /** Events that came from the spool into the database. */
    public long replayed() {
        return replayed.sum();
    }

    /** Events that cannot be recorded and were put aside. */
    public long putAside() {
        return setAside.sum();
    }

    /** Events that were refused since the spool was full or unusable. */
    public long refused() {
        return refused.sum();
    }

    /** Events with this outcome. */
    public long with(EventOutcome outcome) {
        return of(outcome).sum();
    }
}
