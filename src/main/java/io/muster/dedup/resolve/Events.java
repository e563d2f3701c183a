package io.muster.dedup.resolve;

import io.muster.load.EventKind;
import io.muster.load.EventWrite;
import io.muster.load.RowOutcome.Changed;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The transactions and touchpoints that rows bring. */
final class Events implements AutoCloseable {

    private final EventDifferences differences = new EventDifferences();
    private final EventKeys transactions;
    private final EventKeys touchpoints;

    Events(EventRules rules, DirectoryView view, KeyMemory memory) {
        this.transactions = new EventKeys(EventKind.TRANSACTION, rules, view, memory, differences);
        this.touchpoints = new EventKeys(EventKind.TOUCHPOINT, rules, view, memory, differences);
    }

    /** What of a row is to be recorded. */
    record Fresh(@Nullable Recording transaction, @Nullable Recording touchpoint) {

        private static final Fresh NOTHING = new Fresh(null, null);

        /** As bits of {@link Changed}. */
        int changed() {
            return (transaction == null ? 0 : Changed.TRANSACTION.bit())
                    | (touchpoint == null ? 0 : Changed.TOUCHPOINT.bit());
        }

        void addTo(TouchedContact draft) {
            if (transaction != null) {
                draft.record(EventKind.TRANSACTION, transaction);
            }

            if (touchpoint != null) {
                draft.record(EventKind.TOUCHPOINT, touchpoint);
            }
        }
    }

    /**
     * Has what the rows bring looked up at once.
     *
     * @param find the contact of a row, as far as it can be told now
     */
    void prepare(List<IncomingRow> rows, ToLongFunction<IncomingRow> find) {
        List<IncomingRow> some =
                rows.stream().filter(row -> hasAny(row.values())).toList();
        if (!some.isEmpty()) {
            transactions.prepare(some, IncomingRow.Values::transaction, find);
            touchpoints.prepare(some, IncomingRow.Values::touchpoint, find);
        }
    }

    /**
     * What is to be recorded for a contact; each row may be asked about once.
     *
     * @param touched the contact as earlier rows left it; null when none touched it
     */
    Fresh fresh(IncomingRow.Values row, long ref, @Nullable TouchedContact touched) {
        return hasAny(row)
                ? new Fresh(
                        transactions.recording(row.transaction(), ref, touched),
                        touchpoints.recording(row.touchpoint(), ref, touched))
                : Fresh.NOTHING;
    }

    /** A contact is deleted: what was recorded for it, in the directory or by earlier rows, may be recorded again. */
    void forget(TouchedContact contact) {
        transactions.forget(contact.ref(), contact.transactions().stream().map(EventWrite::key));
        touchpoints.forget(contact.ref(), contact.touchpoints().stream().map(EventWrite::key));
    }

    /** Whether a row brings any. */
    static boolean hasAny(IncomingRow.Values row) {
        return row.transaction() != null || row.touchpoint() != null;
    }

    /** Counts what a row brought whose outcome is final. */
    void pass(IncomingRow.Values row, long ref) {
        transactions.pass(row.transaction(), ref);
        touchpoints.pass(row.touchpoint(), ref);
    }

    /** How many transactions are new. */
    int newTransactions() {
        return transactions.created();
    }

    /** Records that say something else than what is there, and changed nothing. */
    List<DifferingEvents> differing() {
        return differences.all();
    }

    @Override
    public void close() {
        transactions.close();
        touchpoints.close();
    }
}
