package io.muster.dedup.resolve;

import io.muster.dedup.resolve.IncomingRow.IncomingTouchpoint;
import io.muster.dedup.resolve.IncomingRow.IncomingTransaction;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.RowOutcome.Changed;
import io.muster.load.TouchpointWrite;
import io.muster.load.TransactionWrite;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The transactions and touchpoints that rows bring. */
final class Events implements AutoCloseable {

    private final EventKeys transactions;
    private final EventKeys touchpoints;

    Events(String scope, DirectoryView view, KeyMemory memory) {
        this.transactions = new EventKeys(EventKind.TRANSACTION, scope, view, memory);
        this.touchpoints = new EventKeys(EventKind.TOUCHPOINT, scope, view, memory);
    }

    /** What of a row is not recorded yet. */
    record Fresh(
            @Nullable TransactionWrite transaction,
            @Nullable TouchpointWrite touchpoint) {

        private static final Fresh NOTHING = new Fresh(null, null);

        /** As bits of {@link Changed}. */
        int changed() {
            return (transaction == null ? 0 : Changed.TRANSACTION.bit())
                    | (touchpoint == null ? 0 : Changed.TOUCHPOINT.bit());
        }

        void addTo(TouchedContact draft) {
            if (transaction != null) {
                draft.record(transaction);
            }

            if (touchpoint != null) {
                draft.record(touchpoint);
            }
        }
    }

    /**
     * Has what the rows bring looked up at once.
     *
     * @param find the contact of a row, as far as it can be told now
     */
    void prepare(List<IncomingRow> rows, ToLongFunction<IncomingRow> find) {
        transactions.prepare(rows, IncomingRow.Values::transaction, find);
        touchpoints.prepare(rows, IncomingRow.Values::touchpoint, find);
    }

    /** What is to be recorded for a contact; each row may be asked about once. */
    Fresh fresh(IncomingRow.Values row, long ref) {
        IncomingTransaction transaction = row.transaction();
        IncomingTouchpoint touchpoint = row.touchpoint();
        return transaction == null && touchpoint == null
                ? Fresh.NOTHING
                : new Fresh(
                        transaction == null ? null : write(transaction, transactions.fresh(transaction, ref)),
                        touchpoint == null ? null : write(touchpoint, touchpoints.fresh(touchpoint, ref)));
    }

    private static @Nullable TransactionWrite write(IncomingTransaction transaction, @Nullable EventKey key) {
        return key == null ? null : new TransactionWrite(key, transaction.happenedAt(), transaction.fields());
    }

    private static @Nullable TouchpointWrite write(IncomingTouchpoint touchpoint, @Nullable EventKey key) {
        return key == null
                ? null
                : new TouchpointWrite(
                        key,
                        touchpoint.channel().word(),
                        touchpoint.kind().word(),
                        touchpoint.happenedAt(),
                        touchpoint.survey(),
                        touchpoint.intercept());
    }

    /** A contact is deleted: what was recorded for it, in the directory or by earlier rows, may be recorded again. */
    void forget(TouchedContact contact) {
        transactions.forget(contact.ref(), contact.transactions().stream().map(TransactionWrite::key));
        touchpoints.forget(contact.ref(), contact.touchpoints().stream().map(TouchpointWrite::key));
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

    @Override
    public void close() {
        transactions.close();
        touchpoints.close();
    }
}
