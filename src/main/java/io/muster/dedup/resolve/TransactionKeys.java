package io.muster.dedup.resolve;

import io.muster.load.TransactionWrite;
import io.muster.support.Sha256;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys of transactions, so that each is recorded once: the transaction's own id, else scope, contact, date, fields and
 * occurrence number within the file. What contacts brought along that became part of another by a merge counts as
 * recorded for that one. A new contact has no transactions, so its keys are completed when it has a number.
 */
final class TransactionKeys implements AutoCloseable {

    private final String scope;
    private final DirectoryView view;
    private final KeyTable seen;

    TransactionKeys(String scope, DirectoryView view, KeyMemory memory) {
        this.scope = scope;
        this.view = view;
        this.seen = new KeyTable(memory);
    }

    /** The transaction to record for a contact; null when there is none or it is recorded already. */
    @Nullable
    TransactionWrite fresh(IncomingRow.@Nullable IncomingTransaction transaction, long ref) {
        if (transaction == null) {
            return null;
        }

        TransactionWrite write = write(transaction, ref);
        if (write == null) {
            return null;
        }

        return isRecorded(transaction, write, ref) ? null : write;
    }

    private boolean isRecorded(IncomingRow.IncomingTransaction transaction, TransactionWrite write, long ref) {
        if (ref < 0 && !write.ownId()) {
            return false;
        }

        TransactionWrite named = write.forContact(ref);
        if (view.hasTransaction(named.high(), named.low())) {
            return true;
        }

        List<Long> absorbed = write.ownId() ? List.of() : view.absorbed(ref);
        return !absorbed.isEmpty() && occurrence(transaction, ref) <= known(transaction, ref, absorbed);
    }

    /** How often the same transaction is recorded for a contact and for those that became part of it. */
    private long known(IncomingRow.IncomingTransaction transaction, long ref, List<Long> absorbed) {
        long known = 0;
        List<Long> numbers = new ArrayList<>(absorbed);
        numbers.add(ref);
        for (long number : numbers) {
            long occurrence = 1;
            while (true) {
                TransactionWrite named = withoutId(transaction, occurrence).forContact(number);
                if (!view.hasTransaction(named.high(), named.low())) {
                    break;
                }

                occurrence++;
                known++;
            }
        }

        return known;
    }

    void add(IncomingRow.@Nullable IncomingTransaction transaction, long ref, Draft draft) {
        TransactionWrite write = fresh(transaction, ref);
        if (write != null) {
            draft.record(write);
        }
    }

    /** Null when the file had a transaction of that id before. */
    private @Nullable TransactionWrite write(IncomingRow.IncomingTransaction transaction, long ref) {
        String fields = transaction.fields();
        if (transaction.id() != null) {
            Sha256 hash = Sha256.of("id", transaction.id());
            return seen.count(hash.first(), hash.second()) > 1
                    ? null
                    : new TransactionWrite(hash.first(), hash.second(), transaction.happenedAt(), fields, true);
        }

        Sha256 perContact = perContact(transaction, ref);
        return withoutId(transaction, seen.count(perContact.first(), perContact.second()));
    }

    private long occurrence(IncomingRow.IncomingTransaction transaction, long ref) {
        Sha256 perContact = perContact(transaction, ref);
        return seen.get(perContact.first(), perContact.second());
    }

    private Sha256 perContact(IncomingRow.IncomingTransaction transaction, long ref) {
        Sha256 first = Sha256.of("content", scope, date(transaction), content(transaction));
        return Sha256.of("contact", Long.toString(ref), first.hex());
    }

    private TransactionWrite withoutId(IncomingRow.IncomingTransaction transaction, long occurrence) {
        Sha256 hash = Sha256.of("content", scope, date(transaction), content(transaction), Long.toString(occurrence));
        return new TransactionWrite(hash.first(), hash.second(), transaction.happenedAt(), transaction.fields(), false);
    }

    private static String date(IncomingRow.IncomingTransaction transaction) {
        return Long.toString(transaction.happenedAt());
    }

    private static String content(IncomingRow.IncomingTransaction transaction) {
        String fields = transaction.fields();
        return fields == null ? "" : fields;
    }

    @Override
    public void close() {
        seen.close();
    }
}
