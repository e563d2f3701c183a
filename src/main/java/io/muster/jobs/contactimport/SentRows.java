package io.muster.jobs.contactimport;

import io.muster.directory.store.TransactionBatches;
import io.muster.jobs.RunLease;
import io.muster.jobs.SentImports;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.load.RowOutcome;
import io.muster.load.RowOutcome.Changed;
import io.muster.load.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Enters what became of each contact that a caller has sent, from what the run has left: its journal, its rejects, and the
 * unchanged ones, which the survey has entered itself.
 */
public final class SentRows {

    /** What stands between the id of what was sent and the place of a contact in it: the id of its transaction. */
    public static final String PLACE = "/";

    private final ImportStores stores;
    private final JournalReader journal;
    private final EventRows events;
    private final TransactionBatches batches;

    /** Of the runs in those stores. */
    public SentRows(ImportStores stores) {
        this.stores = stores;
        this.journal = new JournalReader(stores.jdbc());
        this.events = new EventRows(stores.jdbc());
        this.batches = new TransactionBatches(stores.jdbc(), stores.clock());
    }

    static SentImports.Row unchanged(long row, long contact) {
        return new SentImports.Row((int) row, RowOutcome.Kind.UNCHANGED.name(), contact, false, null, null);
    }

    /** At the end of a run: what became of each contact, and the transactions into their batch. */
    void enter(RunLease lease, long sent) {
        SentImports.Sent found = stores.sent().find(sent).orElseThrow();
        stores.transactions().executeWithoutResult(ignored -> {
            stores.surveys().fence(lease);
            Map<Integer, SentImports.Row> rows = rows(lease.run().number(), found.directory());
            stores.sent().put(lease.run().number(), List.copyOf(rows.values()));
            List<Long> recorded = rows.values().stream()
                    .flatMap(row -> Stream.ofNullable(row.transaction()))
                    .toList();
            batches.ofList(found.directory(), found.list(), recorded);
            Long batch = found.batch();
            if (batch != null) {
                batches.add(found.directory(), batch, recorded);
            }
        });
    }

    /** Enters what a run that has not come to its end has done so far. */
    public void enterSoFar(long run, int directory) {
        stores.sent().put(run, List.copyOf(rows(run, directory).values()));
    }

    private Map<Integer, SentImports.Row> rows(long run, int directory) {
        Map<Integer, SentImports.Row> rows = new TreeMap<>();
        List<EventKey> keys = new ArrayList<>();
        journal.forEach(run, entry -> {
            entry.rows().forEach(row -> rows.put((int) row.row(), row(entry, row)));
            keys.addAll(entry.transactions());
        });
        Map<Integer, Long> transactions = transactions(directory, keys);
        rows.replaceAll((place, row) -> with(row, transactions.get(place)));
        stores.rejects()
                .forEach(
                        run,
                        reject -> rows.put(
                                (int) reject.row(),
                                new SentImports.Row(
                                        (int) reject.row(),
                                        RowOutcome.Kind.REJECTED.name(),
                                        null,
                                        false,
                                        null,
                                        reject.code())));
        return rows;
    }

    private static SentImports.Row row(JournalEntry entry, RowOutcome row) {
        boolean first = entry.rows().getFirst().row() == row.row();
        boolean listed = entry.joined() && entry.listBefore() == null;
        boolean joined =
                listed && (Changed.LIST.isIn(row.changed()) || (first && row.kind() == RowOutcome.Kind.CREATED));
        return new SentImports.Row((int) row.row(), row.kind().name(), entry.number(), joined, null, null);
    }

    private static SentImports.Row with(SentImports.Row row, @Nullable Long transaction) {
        return new SentImports.Row(row.row(), row.outcome(), row.contact(), row.joined(), transaction, row.code());
    }

    /** The numbers of transactions, by the place of the contact that brought them. */
    private Map<Integer, Long> transactions(int directory, List<EventKey> keys) {
        Map<Integer, Long> places = new HashMap<>();
        for (int from = 0; from < keys.size(); from += 1_000) {
            for (StoredEvent event : events.find(
                    EventKind.TRANSACTION, directory, keys.subList(from, Math.min(keys.size(), from + 1_000)))) {
                String id = event.id();
                if (id != null) {
                    places.put(
                            1 + Integer.parseInt(id.substring(id.lastIndexOf(PLACE) + PLACE.length())), event.number());
                }
            }
        }

        return places;
    }
}
