package io.muster.app;

import io.muster.directory.ContactTransaction;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as it is shown everywhere, in this order of keys.
 *
 * @param run the id of the import that brought it
 */
public record TransactionView(
        String date, Map<String, String> fields, @Nullable String run, String recorded) {

    static TransactionView of(ContactTransaction transaction, Ids ids) {
        Long run = transaction.run();
        return new TransactionView(
                Instant.ofEpochMilli(transaction.happenedAt()).toString(),
                transaction.fields(),
                run == null ? null : ids.run(run),
                Instant.ofEpochMilli(transaction.recordedAt()).toString());
    }
}
