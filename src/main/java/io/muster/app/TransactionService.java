package io.muster.app;

import io.muster.dedup.TransactionEdits;
import io.muster.dedup.TransactionEdits.Added;
import io.muster.dedup.TransactionEdits.Addition;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.RepeatedCalls;
import io.muster.directory.store.TransactionBatches;
import io.muster.directory.store.TransactionBatches.Held;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Transactions one by one, and batches of them. */
public final class TransactionService {

    /** The source of transactions that come by calls; their ids begin with that of the call. */
    public static final String SOURCE = "api";

    /** How many transactions one call may give. */
    public static final int MOST = 1_000;

    private static final FieldRules RULES = new FieldRules(null);
    private static final int LONGEST_KEY = 200;

    private final Directories directories;
    private final MailingLists lists;
    private final TransactionEdits edits;
    private final TransactionBatches batches;
    private final RepeatedCalls calls;
    private final TransactionTemplate transactions;
    private final Audit audit;
    private final InstantSource clock;
    private final JsonMapper json;
    private final Ids ids;

    TransactionService(
            Directories directories,
            MailingLists lists,
            TransactionEdits edits,
            TransactionBatches batches,
            RepeatedCalls calls,
            TransactionTemplate transactions,
            Audit audit,
            InstantSource clock,
            JsonMapper json,
            Ids ids) {
        this.directories = directories;
        this.lists = lists;
        this.edits = edits;
        this.batches = batches;
        this.calls = calls;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
        this.json = json;
        this.ids = ids;
    }

    static Refusal otherBody() {
        return Refusal.conflict(
                "KEY_REUSED",
                "Cannot take the call: one with the same Idempotency-Key has sent something else. Use another key for"
                        + " another call.");
    }

    /** An answer to a call, as it is kept. */
    private record Answer(Map<String, String> created, Map<String, TransactionOutcome.Refused> refused) {

        Map<String, TransactionOutcome> outcomes() {
            Map<String, TransactionOutcome> outcomes = new LinkedHashMap<>();
            created.forEach((key, id) -> outcomes.put(key, new TransactionOutcome.Created(id)));
            outcomes.putAll(refused);
            return outcomes;
        }
    }

    /**
     * Records transactions, each by itself.
     *
     * @param some by keys of the caller's own
     * @param repeat who calls, and the key under which a repetition is recognised; null where none is
     * @param body what was sent, to recognise a repetition that says something else
     */
    public Map<String, TransactionOutcome> add(
            String directory, Map<String, NewTransaction> some, @Nullable String repeat, String body, Actor actor) {
        Directory of = directories.find(directory);
        if (some.size() > MOST) {
            throw Refusal.invalid(
                    "BAD_FIELD",
                    "Cannot record the transactions: they are more than %,d. Send them in several calls."
                            .formatted(MOST));
        }

        Sha256 hash = Sha256.of(body);
        Sha256 key = repeat == null ? null : Sha256.of("transactions", of.id(), repeat);
        Optional<RepeatedCalls.Answer> known = Optional.ofNullable(key).flatMap(calls::find);
        if (known.isPresent()) {
            if (!known.get().hash().equals(hash)) {
                throw otherBody();
            }

            return json.readValue(known.get().text(), Answer.class).outcomes();
        }

        Answer answer = record(of, key == null ? UUID.randomUUID().toString() : key.hex(), some, actor);
        if (key != null) {
            calls.keep(key, hash, of.number(), json.writeValueAsString(answer));
        }

        return answer.outcomes();
    }

    private Answer record(Directory of, String call, Map<String, NewTransaction> some, Actor actor) {
        Map<String, TransactionOutcome.Refused> refused = new LinkedHashMap<>();
        List<String> keys = new ArrayList<>();
        List<Addition> additions = new ArrayList<>();
        Map<String, Integer> named = new LinkedHashMap<>();
        some.forEach((key, given) -> {
            try {
                Integer list = list(of, given);
                additions.add(addition(of, call, key, given));
                keys.add(key);
                if (list != null) {
                    named.put(key, list);
                }
            } catch (Refusal e) {
                refused.put(key, new TransactionOutcome.Refused(e.code(), e.getMessage()));
            }
        });
        List<Added> added = edits.add(of, SOURCE, additions, actor);
        Map<String, String> created = new LinkedHashMap<>();
        Map<Integer, List<Long>> ofLists = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            OptionalLong number = added.get(i).number();
            if (number.isEmpty()) {
                refused.put(key, unknownContact());
                continue;
            }

            created.put(key, ids.transaction(of.number(), number.getAsLong()));
            Integer list = named.get(key);
            if (list != null) {
                ofLists.computeIfAbsent(list, absent -> new ArrayList<>()).add(number.getAsLong());
            }
        }

        ofLists.forEach((list, numbers) -> batches.ofList(of.number(), list, numbers));
        return new Answer(created, refused);
    }

    private @Nullable Integer list(Directory of, NewTransaction given) {
        String list = given.list();
        return list == null ? null : lists.find(of.number(), list).number();
    }

    private Addition addition(Directory of, String call, String key, NewTransaction given) {
        if (key.length() > LONGEST_KEY || RULES.judgeEmbedded(key) instanceof Verdict.Invalid) {
            throw Refusal.invalid(
                    "BAD_FIELD",
                    ("Cannot record the transaction: its key is longer than %d characters or has some that are not"
                                    + " allowed. Use another key.")
                            .formatted(LONGEST_KEY));
        }

        OptionalLong contact = ids.read(PublicId.CONTACT, given.contact());
        if (contact.isEmpty() || PublicId.directoryOf(contact.getAsLong()) != of.number()) {
            TransactionOutcome.Refused unknown = unknownContact();
            throw Refusal.invalid(unknown.code(), unknown.message());
        }

        Long date = given.date();
        Map<String, String> fields = new TreeMap<>();
        given.fields().forEach((name, value) -> {
            if (RULES.judgeEmbeddedName(name) instanceof Verdict.Invalid invalid) {
                throw Refusal.invalid("BAD_FIELD", "Cannot record the transaction: " + invalid.reason());
            }

            switch (RULES.judgeEmbedded(value)) {
                case Verdict.Valid valid -> fields.put(Fold.trim(name), valid.value());
                case Verdict.Invalid invalid ->
                    throw Refusal.invalid("BAD_FIELD", "Cannot record the transaction: " + invalid.reason());
                case Verdict.Blank ignored -> {
                    // Nothing is said.
                }
            }
        });
        return new Addition(
                PublicId.numberOf(contact.getAsLong()),
                call + "/" + key,
                date == null ? clock.millis() : date,
                EmbeddedJson.write(fields));
    }

    private static TransactionOutcome.Refused unknownContact() {
        return new TransactionOutcome.Refused(
                "UNKNOWN_CONTACT",
                "Cannot record the transaction: the directory has no contact of that id. Search for the contact.");
    }

    /** A transaction. */
    public HeldTransaction show(String directory, String id) {
        Directory of = directories.find(directory);
        return view(of.number(), held(of, id));
    }

    private Held held(Directory of, String id) {
        OptionalLong number = ids.read(PublicId.TRANSACTION, id);
        Optional<Held> held = number.isEmpty() || PublicId.directoryOf(number.getAsLong()) != of.number()
                ? Optional.empty()
                : batches.find(of.number(), PublicId.numberOf(number.getAsLong()));
        return held.orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_TRANSACTION",
                        "Cannot find the transaction '" + id + "': there is none with that id here. List those of the"
                                + " contact.")
                .with("transaction", id));
    }

    /** Deletes a transaction. */
    public void delete(String directory, String id, Actor actor) {
        Directory of = directories.find(directory);
        Held held = held(of, id);
        var ignored =
                edits.remove(of.number(), held.contact(), held.transaction().number(), actor);
    }

    /**
     * Transactions of a contact, the oldest first.
     *
     * @param after date and number of the last one of the page before; null for the first page
     */
    public List<HeldTransaction> ofContact(
            Directory of, long contact, TransactionBatches.@Nullable Place after, int most) {
        return batches
                .ofContact(of.number(), contact, after == null ? TransactionBatches.Place.START : after, most)
                .stream()
                .map(held -> view(of.number(), held))
                .toList();
    }

    /**
     * Makes a batch of transactions that are there.
     *
     * @param date its date, epoch milliseconds; null for now
     */
    public BatchView createBatch(String directory, List<String> some, @Nullable Long date, Actor actor) {
        Directory of = directories.find(directory);
        List<Long> numbers = some.stream().map(id -> named(of, id)).toList();
        TransactionBatches.Batch batch = Objects.requireNonNull(transactions.execute(status -> {
            TransactionBatches.Batch made = batches.create(of.number(), date);
            batches.add(of.number(), made.number(), numbers);
            audit.enter(actor, "batch.create", AuditSubject.of(of), Map.of("transactions", numbers.size()));
            return made;
        }));
        return view(of.number(), batch);
    }

    private long named(Directory of, String id) {
        try {
            return held(of, id).transaction().number();
        } catch (Refusal e) {
            // What was asked for is there; what was sent with it is wrong.
            throw Refusal.invalid("BAD_FIELD", e.getMessage());
        }
    }

    /** Batches after the one of a number, in the order of their making. */
    public List<BatchView> batches(String directory, long after, int most) {
        Directory of = directories.find(directory);
        return batches.batches(of.number(), after, most).stream()
                .map(batch -> view(of.number(), batch))
                .toList();
    }

    /** A batch. */
    public BatchView batch(String directory, String id) {
        Directory of = directories.find(directory);
        return view(
                of.number(),
                batches.batch(of.number(), batchNumber(of.number(), id)).orElseThrow());
    }

    /** Transactions of a batch after the one of a number, in the order in which they came to be known. */
    public List<HeldTransaction> ofBatch(String directory, String id, long after, int most) {
        Directory of = directories.find(directory);
        return batches.ofBatch(of.number(), batchNumber(of.number(), id), after, most).stream()
                .map(held -> view(of.number(), held))
                .toList();
    }

    /** The number of the batch of that id; a refusal when there is none. */
    long batchNumber(int directory, String id) {
        OptionalLong number = ids.read(PublicId.TRANSACTION_BATCH, id);
        if (number.isEmpty()
                || PublicId.directoryOf(number.getAsLong()) != directory
                || batches.batch(directory, PublicId.numberOf(number.getAsLong()))
                        .isEmpty()) {
            throw Refusal.notFound(
                            "UNKNOWN_BATCH",
                            "Cannot find the batch '" + id + "': there is none with that id here. Make one first.")
                    .with("batch", id);
        }

        return PublicId.numberOf(number.getAsLong());
    }

    private BatchView view(int directory, TransactionBatches.Batch batch) {
        return new BatchView(ids.batch(directory, batch.number()), batch.createdAt(), batch.number());
    }

    private HeldTransaction view(int directory, Held held) {
        Integer list = held.list();
        return new HeldTransaction(
                ids.transaction(directory, held.transaction().number()),
                ids.contact(directory, held.contact()),
                list == null ? null : ids.list(list),
                held.transaction().happenedAt(),
                held.transaction().fields(),
                held.transaction().number());
    }
}
