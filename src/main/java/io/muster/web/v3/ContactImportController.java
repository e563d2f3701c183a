package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.access.Scope;
import io.muster.app.SentContact;
import io.muster.app.SentImportRequest;
import io.muster.app.SentImportService;
import io.muster.app.SentImportView;
import io.muster.directory.Directory;
import io.muster.support.Refusal;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Imports of up to 10,000 contacts into a list: their start, how they are, and what became of each contact. */
@RestController
final class ContactImportController {

    private static final String IMPORTS = V3Paths.DIRECTORY + "/mailinglists/{list}/transactioncontacts";

    private static final int MOST_BYTES = 5 * 1_048_576;
    private static final int MOST_FIELDS = 1_000;
    private static final int LINES = 1_000;

    /** A client asks sixty times without a pause and then gives up. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private static final Duration TOO_MANY_PAUSE = Duration.ofSeconds(5);

    private final Doors doors;
    private final SentImportService imports;
    private final Links links;
    private final SkipToken tokens;

    ContactImportController(Doors doors, SentImportService imports, Links links, SkipToken tokens) {
        this.doors = doors;
        this.imports = imports;
        this.links = links;
        this.tokens = tokens;
    }

    /** An import that has begun. */
    record Started(String id, Unprocessed contacts, Tracking tracking, String status) {

        record Unprocessed(List<Integer> unprocessed) {}

        record Tracking(String url) {}
    }

    /** How an import is. */
    record Progress(Number percentComplete, Contacts contacts, Transactions transactions, String status) {

        record Contacts(Counts count) {}

        record Counts(long added, long updated, long failed) {}

        record Transactions(Created count) {}

        record Created(long created) {}
    }

    /** The same with what was wrong. */
    record Summary(
            Number percentComplete,
            Progress.Contacts contacts,
            Progress.Transactions transactions,
            String status,
            List<String> invalidEmails) {}

    /** What became of the contacts, in the form that this call alone has. */
    record Report(
            Entries results,
            @JsonProperty("skipToken") @Nullable String skipToken,
            @JsonProperty("meta") @Nullable Meta meta)
            implements Answer {

        record Entries(List<Entry> importReportEntries) {}

        @Override
        public Report with(Meta added) {
            return new Report(results, skipToken, added);
        }
    }

    /** What became of one contact. */
    record Entry(
            String sourceIndexId,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String contactId,
            @Nullable String importStatus,
            @Nullable String importStatusCode,
            @Nullable String transactionId,
            @Nullable String transactionStatus,
            @Nullable String transactionStatusCode,
            @Nullable String contactListContactId,
            @Nullable String contactListContactStatus,
            @Nullable String contactListContactStatusCode) {}

    @PostMapping(IMPORTS)
    @BodyLimit(MOST_BYTES)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Envelope<Started> start(
            @Needs(Scope.MANAGE) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String repeat,
            HttpServletRequest request,
            V3Body body) {
        Directory of = doors.directory(caller, directory);
        String into = doors.list(of, list).id();
        List<JsonNode> contacts = contacts(body);
        Optional<V3Body> meta = body.object("transactionMeta");
        List<String> fields = fields(meta, contacts);
        SentContactReader reader = new SentContactReader(fields);
        List<SentContact> read = contacts.stream().map(reader::read).toList();
        SentImportView begun = begin(new SentImportRequest(
                of.id(),
                into,
                meta.flatMap(sent -> sent.text("batchId")).orElse(null),
                fields,
                read,
                repeat == null || repeat.isBlank() ? null : caller.token().name() + "\n" + repeat.strip(),
                body.node().toString(),
                caller.actor()));
        String address = IMPORTS.replace("{directory}", of.id()).replace("{list}", into) + "/" + begun.id();
        return Envelope.of(new Started(
                begun.id(),
                new Started.Unprocessed(begun.unprocessed()),
                new Started.Tracking(links.to(request, address)),
                begun.status().word()));
    }

    private SentImportView begin(SentImportRequest request) {
        try {
            return imports.start(request);
        } catch (Refusal e) {
            if (e.code().equals("TOO_MANY_IMPORTS")) {
                throw V3Exception.tooMany(TOO_MANY_PAUSE, e.getMessage());
            }

            throw e;
        }
    }

    private static List<JsonNode> contacts(V3Body body) {
        JsonNode sent = body.member("contacts");
        if (sent == null || !sent.isArray() || sent.isEmpty()) {
            throw V3Exception.bad(
                    "NO_CONTACTS", "Cannot import contacts: there are none. Send at least one in the list contacts.");
        }

        if (sent.size() > SentImportService.MOST_CONTACTS) {
            throw V3Exception.bad(
                    "TOO_MANY_CONTACTS",
                    "Cannot import the contacts: they are more than %,d. Send them in several calls."
                            .formatted(SentImportService.MOST_CONTACTS));
        }

        List<JsonNode> contacts = new ArrayList<>();
        sent.forEach(contacts::add);
        return contacts;
    }

    /** The fields that transactions may have. */
    private static List<String> fields(Optional<V3Body> meta, List<JsonNode> contacts) {
        List<String> fields = new ArrayList<>();
        JsonNode named = meta.map(sent -> sent.member("fields")).orElse(null);
        if (named != null && !named.isArray()) {
            throw V3Exception.badField("transactionMeta.fields", "is no list");
        }

        if (named != null) {
            for (JsonNode field : named) {
                if (!field.isString() && !field.isNull()) {
                    throw V3Exception.badField("transactionMeta.fields", "has something that is no text");
                }

                String name = field.isNull() ? "" : field.asString().strip();
                if (!name.isEmpty() && !fields.contains(name)) {
                    fields.add(name);
                }
            }
        }

        if (fields.size() > MOST_FIELDS) {
            throw V3Exception.badField("transactionMeta.fields", "has more than 1,000 names");
        }

        boolean wanted = meta.isPresent() || contacts.stream().anyMatch(ContactImportController::bringsTransaction);
        if (wanted && fields.isEmpty()) {
            throw V3Exception.bad(
                    "NO_TRANSACTION_META",
                    "Cannot import transactions: nothing says which fields they have. Name them in"
                            + " transactionMeta.fields.");
        }

        return fields;
    }

    private static boolean bringsTransaction(JsonNode contact) {
        return contact instanceof ObjectNode object && V3Body.of(object).member(SentContactReader.TRANSACTION) != null;
    }

    @GetMapping(IMPORTS + "/{id}")
    Envelope<Progress> show(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String id) {
        Directory of = doors.directory(caller, directory);
        return Envelope.of(progress(imports.show(of.id(), doors.list(of, list).id(), id, PATIENCE)));
    }

    @GetMapping(IMPORTS + "/{id}/summary")
    Envelope<Summary> summary(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String list,
            @PathVariable String id) {
        Directory of = doors.directory(caller, directory);
        String into = doors.list(of, list).id();
        Progress progress = progress(imports.show(of.id(), into, id, PATIENCE));
        return Envelope.of(new Summary(
                progress.percentComplete(),
                progress.contacts(),
                progress.transactions(),
                progress.status(),
                imports.invalidEmails(of.id(), into, id)));
    }

    private static Progress progress(SentImportView view) {
        return new Progress(
                (int) view.percent(),
                new Progress.Contacts(new Progress.Counts(view.added(), view.updated(), view.failed())),
                new Progress.Transactions(new Progress.Created(view.transactions())),
                view.status().word());
    }

    @GetMapping(V3Paths.DIRECTORY + "/imports/api-import/jobs/{id}/report")
    Report report(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String skipToken) {
        Directory of = doors.directory(caller, directory);
        String resource = "report of " + id;
        int after = skipToken == null || skipToken.isBlank()
                ? 0
                : Integer.parseInt(tokens.read(resource, skipToken.strip())
                        .orElseThrow(() -> V3Exception.bad(
                                "BAD_SKIP_TOKEN",
                                "Cannot use the skipToken: it is none of this report. Use the one of the page before,"
                                        + " or begin without.")));
        List<SentImportView.Line> lines = imports.lines(of.id(), id, after, LINES + 1);
        boolean more = lines.size() > LINES;
        List<Entry> entries = (more ? lines.subList(0, LINES) : lines)
                .stream().map(ContactImportController::entry).toList();
        return new Report(
                new Report.Entries(entries), more ? tokens.of(resource, Integer.toString(after + LINES)) : null, null);
    }

    private static Entry entry(SentImportView.Line line) {
        String outcome = line.outcome();
        boolean failed = "failed".equals(outcome);
        String transaction = line.transaction();
        return new Entry(
                Integer.toString(line.index()),
                line.email(),
                line.phone(),
                line.contact(),
                outcome,
                line.code(),
                transaction,
                outcome == null ? null : failed ? "failed" : transaction != null ? "created" : "none",
                line.code(),
                line.lookup(),
                outcome == null ? null : failed ? "failed" : line.joined() ? "added" : "present",
                line.code());
    }
}
