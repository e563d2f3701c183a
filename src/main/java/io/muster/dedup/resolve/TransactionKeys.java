package io.muster.dedup.resolve;

import io.muster.load.TransactionWrite;
import io.muster.support.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Keys of transactions, so that each is recorded once: the transaction's own id, else scope, contact, date, fields and
 * occurrence number within the file. A new contact has no transactions, so its keys are completed when it has a number.
 */
final class TransactionKeys implements AutoCloseable {

    private final String scope;
    private final DirectoryView view;
    private final KeyTable seen = new KeyTable();

    TransactionKeys(String scope, DirectoryView view) {
        this.scope = scope;
        this.view = view;
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

        TransactionWrite named = ref > 0 ? write.forContact(ref) : write;
        boolean recorded = (ref > 0 || write.ownId()) && view.hasTransaction(named.high(), named.low());
        return recorded ? null : write;
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

        String date = Long.toString(transaction.happenedAt());
        String content = fields == null ? "" : fields;
        Sha256 first = Sha256.of("content", scope, date, content);
        Sha256 perContact = Sha256.of("contact", Long.toString(ref), first.hex());
        long occurrence = seen.count(perContact.first(), perContact.second());
        Sha256 hash = Sha256.of("content", scope, date, content, Long.toString(occurrence));
        return new TransactionWrite(hash.first(), hash.second(), transaction.happenedAt(), fields, false);
    }

    @Override
    public void close() {
        seen.close();
    }
}
