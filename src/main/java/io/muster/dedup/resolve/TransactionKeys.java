package io.muster.dedup.resolve;

import io.muster.load.ClaimKey;
import io.muster.load.TransactionWrite;
import io.muster.support.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
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

    /** Has the view look up at once what the rows will most likely ask; what else they ask is looked up then. */
    void prepare(List<IncomingRow> rows, ToLongFunction<IncomingRow> match) {
        Set<ClaimKey> likely = new HashSet<>();
        Map<Sha256, Long> ahead = new HashMap<>();
        for (IncomingRow row : rows) {
            IncomingRow.IncomingTransaction transaction = row.values().transaction();
            if (transaction == null) {
                continue;
            }

            String id = transaction.id();
            if (id != null) {
                Sha256 hash = ofId(id);
                likely.add(new ClaimKey(0, hash.first(), hash.second()));
                continue;
            }

            long ref = match.applyAsLong(row);
            if (ref > 0) {
                Sha256 perContact = perContact(transaction, ref);
                long occurrence =
                        seen.get(perContact.first(), perContact.second()) + ahead.merge(perContact, 1L, Long::sum);
                TransactionWrite named = withoutId(transaction, occurrence).forContact(ref);
                likely.add(new ClaimKey(0, named.high(), named.low()));
            }
        }

        if (!likely.isEmpty()) {
            view.prepareTransactions(likely);
        }
    }

    private static Sha256 ofId(String id) {
        return Sha256.of("id", id);
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
            Sha256 hash = ofId(transaction.id());
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
