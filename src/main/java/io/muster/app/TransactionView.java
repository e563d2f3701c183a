package io.muster.app;

import io.muster.directory.ContactTransaction;
import io.muster.directory.store.Timeline.Keyed;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as it is shown everywhere, in this order of keys.
 *
 * @param transactionId its own id here, {@code CTR_…}
 * @param source where it comes from
 * @param id its id in that source; null for none, and for transactions recorded before ids were kept
 * @param run the id of the import that brought it
 */
public record TransactionView(
        String transactionId,
        String contactId,
        String date,
        Map<String, String> fields,
        String source,
        @Nullable String id,
        @Nullable String run,
        String recorded) {

    static TransactionView of(int directory, Keyed<ContactTransaction> keyed, Ids ids) {
        ContactTransaction transaction = keyed.event();
        Long run = transaction.run();
        return new TransactionView(
                ids.transaction(directory, transaction.number()),
                ids.contact(directory, keyed.contact()),
                Instant.ofEpochMilli(transaction.happenedAt()).toString(),
                transaction.fields(),
                transaction.source(),
                transaction.id(),
                run == null ? null : ids.run(run),
                Instant.ofEpochMilli(transaction.recordedAt()).toString());
    }
}
