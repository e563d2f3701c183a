package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.BatchView;
import io.muster.app.HeldTransaction;
import io.muster.app.NewTransaction;
import io.muster.app.TransactionOutcome;
import io.muster.app.TransactionService;
import io.muster.directory.Directory;
import io.muster.directory.store.TransactionBatches.Place;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Transactions one by one, and batches of them. */
@RestController
final class TransactionController {

    private static final String TRANSACTIONS = V3Paths.DIRECTORY + "/transactions";
    private static final String BATCHES = V3Paths.DIRECTORY + "/transactionbatches";
    private static final int USUAL_PAGE = 200;

    private final Doors doors;
    private final TransactionService transactions;

    TransactionController(Doors doors, TransactionService transactions) {
        this.doors = doors;
        this.transactions = transactions;
    }

    /** What came of each, by the caller's keys. */
    record Recorded(Map<String, Id> createdTransactions, Map<String, Refused> unprocessedTransactions) {}

    record Id(String id) {}

    record Refused(String error, String errorMessage) {}

    /** A transaction. */
    record Transaction(
            String transactionId,
            String contactId,
            @Nullable String mailingListId,
            String transactionDate,
            Map<String, String> data) {}

    /** A batch. */
    record Batch(String batchId, String creationDate) {}

    @PostMapping(TRANSACTIONS)
    Envelope<Recorded> add(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String repeat,
            V3Body body) {
        Directory of = doors.directory(caller, directory);
        Map<String, NewTransaction> read = new LinkedHashMap<>();
        Map<String, Id> created = new LinkedHashMap<>();
        Map<String, Refused> refused = new LinkedHashMap<>();
        for (String key : body.node().propertyNames()) {
            try {
                read.put(key, transaction(key, body.node().get(key)));
            } catch (V3Exception e) {
                refused.put(key, new Refused(e.code(), e.getMessage()));
            }
        }

        if (body.node().size() > TransactionService.MOST) {
            throw V3Exception.bad(
                    "BAD_FIELD",
                    "Cannot record the transactions: they are more than %,d. Send them in several calls."
                            .formatted(TransactionService.MOST));
        }

        transactions
                .add(
                        of.id(),
                        read,
                        repeat == null || repeat.isBlank()
                                ? null
                                : caller.token().name() + "\n" + repeat.strip(),
                        body.node().toString(),
                        caller.actor())
                .forEach((key, outcome) -> {
                    switch (outcome) {
                        case TransactionOutcome.Created one -> created.put(key, new Id(one.id()));
                        case TransactionOutcome.Refused one ->
                            refused.put(key, new Refused(one.code(), V3Errors.advised(one.message())));
                    }
                });
        return Envelope.of(new Recorded(created, refused));
    }

    private static NewTransaction transaction(String key, JsonNode sent) {
        if (!(sent instanceof ObjectNode object)) {
            throw V3Exception.badField(key, "is no object");
        }

        V3Body one = V3Body.within(key, object);
        return new NewTransaction(
                one.text("contactId").orElseThrow(() -> V3Exception.badField(key + ".contactId", "is missing")),
                one.text("mailingListId").orElse(null),
                date(one, key + ".", "transactionDate"),
                one.texts("data"));
    }

    /** In epoch milliseconds; null where none was sent. */
    private static @Nullable Long date(V3Body body, String place, String name) {
        return V3Dates.parameter(place + name, body.text(name).orElse(null));
    }

    @GetMapping(V3Paths.DIRECTORY + "/contacts/{contact}/transactions")
    Envelope<V3Page<Transaction>> ofContact(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String contact,
            @PageSize(USUAL_PAGE) PageAsk page) {
        Directory of = doors.directory(caller, directory);
        Place after = page.position().map(TransactionController::place).orElse(null);
        List<HeldTransaction> found = transactions.ofContact(of, doors.contact(of, contact), after, page.size() + 1);
        return Envelope.of(PageAsk.map(
                page.page(found, one -> one.happenedAt() + "." + one.number()), TransactionController::view));
    }

    private static Place place(String position) {
        int dot = position.indexOf('.');
        return new Place(Long.parseLong(position.substring(0, dot)), Long.parseLong(position.substring(dot + 1)));
    }

    @GetMapping(TRANSACTIONS + "/{transaction}")
    Envelope<Transaction> show(
            @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PathVariable String transaction) {
        return Envelope.of(
                view(transactions.show(doors.directory(caller, directory).id(), transaction)));
    }

    @DeleteMapping(TRANSACTIONS + "/{transaction}")
    Envelope<Void> delete(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, @PathVariable String transaction) {
        transactions.delete(doors.directory(caller, directory).id(), transaction, caller.actor());
        return Envelope.done();
    }

    @PostMapping(BATCHES)
    Envelope<Id> createBatch(@Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, V3Body body) {
        Directory of = doors.directory(caller, directory);
        List<String> named = new ArrayList<>();
        JsonNode sent = body.member("transactionIds");
        if (sent != null && !sent.isArray()) {
            throw V3Exception.badField("transactionIds", "is no list");
        }

        if (sent != null) {
            for (JsonNode id : sent) {
                if (!id.isString()) {
                    throw V3Exception.badField("transactionIds", "has something that is no text");
                }

                named.add(id.asString().strip());
            }
        }

        return Envelope.of(new Id(transactions
                .createBatch(of.id(), named, date(body, "", "creationDate"), caller.actor())
                .id()));
    }

    @GetMapping(BATCHES)
    Envelope<V3Page<Batch>> batches(
            @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PageSize(USUAL_PAGE) PageAsk page) {
        Directory of = doors.directory(caller, directory);
        List<BatchView> found = transactions.batches(of.id(), page.number().orElse(0L), page.size() + 1);
        return Envelope.of(PageAsk.map(page.page(found, BatchView::number), TransactionController::view));
    }

    @GetMapping(BATCHES + "/{batch}")
    Envelope<Batch> batch(
            @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PathVariable String batch) {
        return Envelope.of(
                view(transactions.batch(doors.directory(caller, directory).id(), batch)));
    }

    @GetMapping(BATCHES + "/{batch}/transactions")
    Envelope<V3Page<Transaction>> ofBatch(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String batch,
            @PageSize(USUAL_PAGE) PageAsk page) {
        Directory of = doors.directory(caller, directory);
        List<HeldTransaction> found =
                transactions.ofBatch(of.id(), batch, page.number().orElse(0L), page.size() + 1);
        return Envelope.of(PageAsk.map(page.page(found, HeldTransaction::number), TransactionController::view));
    }

    private static Transaction view(HeldTransaction held) {
        return new Transaction(held.id(), held.contact(), held.list(), V3Dates.text(held.happenedAt()), held.fields());
    }

    private static Batch view(BatchView batch) {
        return new Batch(batch.id(), V3Dates.text(batch.createdAt()));
    }
}
