package io.muster.app;

import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.MailingList;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.WrittenRecords;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.SentContacts;
import io.muster.jobs.SentImports;
import io.muster.jobs.SentImports.Sent;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.SentRows;
import io.muster.load.OutcomeCounts;
import io.muster.load.RepeatedEvent;
import io.muster.load.RowOutcome;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;

/** Imports of contacts that callers send: runs like any other. */
public final class SentImportService {

    /** How many contacts one call may have. */
    public static final int MOST_CONTACTS = 10_000;

    /** How many imports may wait or be worked on: 25 at once and 100 more. */
    private static final int MOST_OPEN = 125;

    private static final Duration LOOK = Duration.ofMillis(10);

    private static final double SURVEYED = 40;
    private static final double LOADED = 55;
    private static final double NEARLY = 99;

    private final Directories directories;
    private final MailingLists lists;
    private final TransactionService transactions;
    private final RunService runs;
    private final RunLedger ledger;
    private final SentImports sent;
    private final SentRows rows;
    private final InstantSource clock;
    private final Ids ids;

    SentImportService(
            Directories directories,
            MailingLists lists,
            TransactionService transactions,
            RunService runs,
            RunLedger ledger,
            SentImports sent,
            SentRows rows,
            InstantSource clock,
            Ids ids) {
        this.directories = directories;
        this.lists = lists;
        this.transactions = transactions;
        this.runs = runs;
        this.ledger = ledger;
        this.sent = sent;
        this.rows = rows;
        this.clock = clock;
        this.ids = ids;
    }

    /** Keeps the contacts and begins to import them; the same call again is answered with the import that there is. */
    public SentImportView start(SentImportRequest request) {
        Directory directory = directories.find(request.directory());
        MailingList list = lists.find(directory.number(), request.list());
        String batch = request.batch();
        Long batchNumber = batch == null ? null : knownBatch(directory, batch);
        Sha256 hash = Sha256.of(request.body());
        String repeat = request.repeat();
        Sha256 key = repeat == null ? null : Sha256.of(directory.id(), list.id(), repeat);
        Optional<SentImportView> before = key == null ? Optional.empty() : repeated(key, hash);
        if (before.isPresent()) {
            return before.get();
        }

        if (sent.open() >= MOST_OPEN) {
            throw Refusal.busy(
                    "TOO_MANY_IMPORTS",
                    "Cannot take the contacts: %d imports wait or are being worked on. Send them again in a while."
                            .formatted(MOST_OPEN));
        }

        SentFile file = new SentFile(request.contacts(), request.fields(), clock.instant());
        List<Integer> unprocessed = new ArrayList<>();
        for (int i = 0; i < request.contacts().size(); i++) {
            if (request.contacts().get(i).isUnprocessed()) {
                unprocessed.add(i);
            }
        }

        SentContacts contacts = new SentContacts(
                list.number(), batchNumber, request.contacts().size(), unprocessed, file::bytes, key, hash);
        try {
            Run run = runs.start(new RunRequest.ImportSent(spec(directory, list, file), contacts), request.actor())
                    .run();
            return view(sent.byRun(run.number()).orElseThrow(), run);
        } catch (DuplicateKeyException e) {
            return Optional.ofNullable(key)
                    .flatMap(known -> repeated(known, hash))
                    .orElseThrow(() -> e);
        }
    }

    private long knownBatch(Directory directory, String batch) {
        try {
            return transactions.batchNumber(directory.number(), batch);
        } catch (Refusal e) {
            // What was asked for is there; what was sent with it is wrong.
            throw Refusal.invalid(e.code(), e.getMessage());
        }
    }

    private static ImportSpec spec(Directory directory, MailingList list, SentFile file) {
        return new ImportSpec(
                directory.id(),
                new ListTarget.Existing(list.id()),
                ImportMode.UPSERT,
                file.mapping(),
                Map.of(),
                null,
                null,
                Map.of(),
                ImportSpec.OptOut.NEVER_LIFT,
                ImportLimits.none(),
                FileFormat.of("UTF-8", ','),
                new ImportEvents(TransactionService.SOURCE, RepeatedEvent.KEEP),
                false);
    }

    private Optional<SentImportView> repeated(Sha256 key, Sha256 hash) {
        return sent.repeated(key).map(known -> {
            if (!known.hash().equals(hash)) {
                throw TransactionService.otherBody();
            }

            return view(known, run(known));
        });
    }

    /**
     * How an import is.
     *
     * @param patience how long to wait for its end
     */
    public SentImportView show(String directory, String list, String id, Duration patience) {
        Sent found = find(directory, list, id);
        long end = clock.millis() + patience.toMillis();
        while (true) {
            Run run = run(found);
            if (run.status().isOver() || clock.millis() >= end) {
                return view(found, run);
            }

            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.busy("INTERRUPTED", "Cannot wait for the import: interrupted. Ask again.")
                    .causedBy(e);
        }
    }

    /** The emails that were invalid, as they were sent, in their order; as far as it is known and kept. */
    public List<String> invalidEmails(String directory, String list, String id) {
        Sent found = find(directory, list, id);
        Map<Integer, Cells> cells = cells(found);
        return sent.rejected(run(found).number(), FieldRules.EMAIL_INVALID).stream()
                .map(cells::get)
                .filter(row -> row != null && row.email() != null)
                .map(row -> String.valueOf(row.email()))
                .toList();
    }

    /**
     * What became of the contacts after a place.
     *
     * @param after how many contacts come before
     * @throws Refusal while the import is under way
     */
    public List<SentImportView.Line> lines(String directory, String id, int after, int most) {
        Sent found = find(directory, null, id);
        Run run = run(found);
        if (!run.status().isOver()) {
            throw Refusal.conflict(
                            "IMPORT_RUNNING",
                            "Cannot give the report: the import has not ended. Ask again when its status says so.")
                    .with("run", run.id());
        }

        if (run.status() != RunStatus.COMPLETED && run.isWhole()) {
            rows.enterSoFar(run.number(), found.directory());
        }

        Map<Integer, SentImports.Row> known = new HashMap<>();
        sent.rows(run.number(), after, most).forEach(row -> known.put(row.row(), row));
        Map<Integer, Cells> cells = cells(found);
        List<SentImportView.Line> lines = new ArrayList<>();
        for (int row = after + 1; row <= Math.min(found.contacts(), after + most); row++) {
            lines.add(line(row, known.get(row), cells.get(row), found));
        }

        return lines;
    }

    private SentImportView.Line line(int row, SentImports.@Nullable Row known, @Nullable Cells cells, Sent of) {
        Long contact = known == null ? null : known.contact();
        Long transaction = known == null ? null : known.transaction();
        String code = known == null ? null : known.code();
        return new SentImportView.Line(
                row - 1,
                cells == null ? null : cells.email(),
                cells == null ? null : cells.phone(),
                contact == null ? null : ids.contact(of.directory(), contact),
                known == null ? null : outcome(known.outcome()),
                known == null ? null : code == null ? "OK" : code,
                transaction == null ? null : ids.transaction(of.directory(), transaction),
                contact == null ? null : ids.lookup(of.list(), contact),
                known != null && known.joined());
    }

    private static String outcome(String kind) {
        return switch (RowOutcome.Kind.valueOf(kind)) {
            case CREATED -> "added";
            case UPDATED -> "updated";
            case UNCHANGED -> "unchanged";
            case REJECTED, SKIPPED -> "failed";
        };
    }

    /** What of a contact is shown as it was sent. */
    private record Cells(@Nullable String email, @Nullable String phone) {}

    /** By place, counted from 1; empty when it is not kept any longer. */
    private Map<Integer, Cells> cells(Sent of) {
        if (!sent.hasContent(of.number())) {
            return Map.of();
        }

        List<Cells> cells = new ArrayList<>();
        WrittenRecords.read(
                sent.content(of.number()),
                record -> cells.add(new Cells(
                        text(record.get(ContactField.EMAIL.place())), text(record.get(ContactField.PHONE.place())))));
        // The first record is the header.
        Map<Integer, Cells> byPlace = new HashMap<>();
        for (int row = 1; row < cells.size(); row++) {
            byPlace.put(row, cells.get(row));
        }

        return byPlace;
    }

    private static @Nullable String text(String cell) {
        return cell.isEmpty() ? null : cell;
    }

    private Sent find(String directory, @Nullable String list, String id) {
        Directory of = directories.find(directory);
        OptionalLong number = ids.read(PublicId.SENT_IMPORT, id);
        Optional<Sent> found = number.isEmpty() ? Optional.empty() : sent.find(number.getAsLong());
        int wanted = list == null ? 0 : lists.find(of.number(), list).number();
        return found.filter(one -> one.directory() == of.number() && (list == null || one.list() == wanted))
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_IMPORT",
                                "Cannot find the import '" + id + "': there is none with that id here. Use the id that"
                                        + " its start was answered with.")
                        .with("import", id));
    }

    /** The run that imports it now: its own, or the one that has imported it again since. */
    private Run run(Sent of) {
        Run run = ledger.find(of.run()).orElseThrow();
        String by = run.imported().settledBy();
        return by == null ? run : runs.show(by);
    }

    private SentImportView view(Sent of, Run run) {
        OutcomeCounts counts = run.imported().counts();
        SentImportView.Status status = status(run);
        double percent = sent.tell(of, percent(run, status));
        return new SentImportView(
                ids.sentImport(of.number()),
                run.id(),
                of.unprocessed(),
                status,
                percent,
                counts.created(),
                counts.updated() + counts.unchanged(),
                counts.rejected() + counts.skipped(),
                status == SentImportView.Status.COMPLETE ? sent.transactions(run.number()) : 0);
    }

    private SentImportView.Status status(Run run) {
        return switch (run.status()) {
            case QUEUED -> SentImportView.Status.QUEUED;
            case RUNNING -> SentImportView.Status.IN_PROGRESS;
            case COMPLETED -> SentImportView.Status.COMPLETE;
            // What ended with its process goes on in another one.
            case STOPPED, DEAD ->
                runs.isInterrupted(run) ? SentImportView.Status.IN_PROGRESS : SentImportView.Status.FAILED;
            case FAILED, ABANDONED -> SentImportView.Status.FAILED;
        };
    }

    private static double percent(Run run, SentImportView.Status status) {
        if (status == SentImportView.Status.COMPLETE) {
            return 100;
        }

        double share = switch (run.step()) {
            case "survey" -> SURVEYED * run.share();
            case "load" -> SURVEYED + LOADED * run.share();
            case "settle" -> NEARLY;
            default -> 0;
        };
        return Math.floor(Math.min(NEARLY, share));
    }
}
