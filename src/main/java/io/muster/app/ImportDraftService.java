package io.muster.app;

import io.muster.access.User;
import io.muster.app.DraftChoices.ColumnChoice;
import io.muster.app.DraftChoices.Reason;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRefused;
import io.muster.extract.csv.RecordWriter;
import io.muster.extract.drop.DroppedName;
import io.muster.extract.source.ReceivedFiles.Received;
import io.muster.jobs.Deliveries;
import io.muster.jobs.ImportDrafts;
import io.muster.jobs.ImportDrafts.Draft;
import io.muster.jobs.ImportDrafts.NewDraft;
import io.muster.jobs.ImportDrafts.Step;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.UploadFolder;
import io.muster.jobs.contactimport.FileHead;
import io.muster.jobs.contactimport.FileHead.Recognised;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.KnownHeaders;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.PlannedImport;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.servers.Servers;
import io.muster.load.Rejects;
import io.muster.load.Rejects.Reject;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.support.Machine;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Imports that people prepare step by step: a file is uploaded, its columns are mapped, a dry run says what would happen, and a
 * run imports it. A draft belongs to its maker, outlives sessions and servers, and goes after some time. Its runs are those of
 * any import.
 */
public final class ImportDraftService {

    /** How many rejected rows are corrected in place. */
    public static final int MOST_CORRECTED = 200;

    private static final int MOST_OPEN = 20;
    private static final Dialect CORRECTED = new Dialect("UTF-8", false, ',', Dialect.LineEnd.CRLF);

    private static final Set<String> BY_NAME = Set.of("embedded", "transaction.field", "list");

    private final Directories directories;
    private final IdentityRules rules;
    private final EmbeddedNames names;
    private final MailingLists lists;
    private final ImportDrafts drafts;
    private final UploadFolder folder;
    private final Deliveries deliveries;
    private final Servers servers;
    private final RunService runs;
    private final RunViews views;
    private final TransactionTemplate transactions;
    private final Audit audit;
    private final JsonMapper json;
    private final Limits limits;
    private final InstantSource clock;
    private final Ids ids;

    /** How long drafts are kept, and how large their files may be. */
    public record Limits(Duration keep, long bytes) {}

    /** Where imports are prepared. */
    record Stores(
            Directories directories,
            IdentityRules rules,
            EmbeddedNames names,
            MailingLists lists,
            ImportDrafts drafts,
            UploadFolder folder,
            Deliveries deliveries,
            Servers servers,
            Audit audit) {}

    ImportDraftService(
            Stores stores,
            RunService runs,
            RunViews views,
            TransactionTemplate transactions,
            JsonMapper json,
            Limits limits,
            InstantSource clock,
            Ids ids) {
        this.directories = stores.directories();
        this.rules = stores.rules();
        this.names = stores.names();
        this.lists = stores.lists();
        this.drafts = stores.drafts();
        this.folder = stores.folder();
        this.deliveries = stores.deliveries();
        this.servers = stores.servers();
        this.audit = stores.audit();
        this.runs = runs;
        this.views = views;
        this.transactions = transactions;
        this.json = json;
        this.limits = limits;
        this.clock = clock;
        this.ids = ids;
    }

    /** Who prepares an import. */
    public record Maker(User user, Actor actor) {}

    /**
     * What would come of columns as they are mapped.
     *
     * @param problem why the file cannot be imported so; null when it can
     * @param verdicts on the first rows; empty with a problem
     */
    public record Checked(@Nullable Refusal problem, List<String> warnings, List<PlannedImport.Verdict> verdicts) {}

    /**
     * A rule of identity in force.
     *
     * @param lacking those of its fields that no column gives
     */
    public record RuleInForce(List<String> fields, List<String> lacking) {}

    /**
     * Rejected rows to be corrected.
     *
     * @param header the columns of the file
     * @param all how many rows were rejected
     */
    public record Rejected(RunView run, List<String> header, List<Reject> rows, long all) {

        /** Whether so few that they can be corrected in place. */
        public boolean isFew() {
            return all <= MOST_CORRECTED && rows.size() == all;
        }
    }

    /** The most bytes that a file may have. */
    public long mostBytes() {
        return limits.bytes();
    }

    /** How long drafts are kept. */
    public Duration keep() {
        return limits.keep();
    }

    /** Lists that an import may go into, of all these directories. */
    public List<MailingList> lists(Collection<String> directoryIds, int most) {
        return lists.of(
                directoryIds.stream()
                        .map(id -> (int) ids.read(PublicId.DIRECTORY, id).orElseThrow())
                        .toList(),
                most);
    }

    /** The id of the directory of a list. */
    public String directoryOf(MailingList list) {
        return ids.directory(list.directory());
    }

    /** Those of a person that are not imported yet, newest first. */
    public List<Draft> open(User user) {
        return drafts.open(user.id(), MOST_OPEN);
    }

    /** The draft of that id; there is none for anybody but its maker. */
    public DraftView find(User user, String id) {
        return view(own(user, id));
    }

    private Draft own(User user, String id) {
        return ids.read(PublicId.IMPORT_DRAFT, id).stream()
                .boxed()
                .flatMap(number -> drafts.find(number).stream())
                .filter(draft -> draft.user() == user.id())
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DRAFT",
                        "There is no import %s that you have begun. They are kept for %d hours; begin anew."
                                .formatted(id, limits.keep().toHours())));
    }

    private DraftView view(Draft draft) {
        return new DraftView(
                draft,
                json.readValue(draft.choices(), DraftChoices.class),
                Rejects.JSON.readValue(draft.head(), FileHead.class),
                ids.directory(draft.directory()),
                run(draft.corrects()),
                run(draft.forecast()),
                run(draft.run()),
                run(deliveries
                        .importedByHand(draft.directory(), HexFormat.of().parseHex(draft.sha256()))
                        .filter(number -> !number.equals(draft.run()))
                        .orElse(null)),
                elsewhere(draft));
    }

    private @Nullable String run(@Nullable Long number) {
        return number == null ? null : ids.run(number);
    }

    private DraftView.@Nullable Elsewhere elsewhere(Draft draft) {
        if (draft.spool().equals(folder.spool())) {
            return null;
        }

        Servers.Holder holder = servers.holder(draft.spool(), draft.host());
        return new DraftView.Elsewhere(holder.name(), holder.living());
    }

    /**
     * Takes a file.
     *
     * @param expected the number of bytes as far as it is known, else 0
     * @throws IOException when the sender fails; nothing is left then
     * @throws FileRefused when it cannot be read
     */
    public DraftView upload(Maker maker, NewImport wanted, String fileName, InputStream content, long expected)
            throws IOException {
        Directory directory = directories.find(wanted.directory());
        String name = DroppedName.of(fileName);
        Optional<ImportSpec> like =
                Optional.ofNullable(wanted.corrects()).map(run -> like(directory, views.brief(run)));
        ListTarget list = listOf(directory, wanted);
        ImportMode mode = mode(wanted.mode());
        checkLimit(wanted.mostRejected());
        Received received = folder.receive(content, expected, limits.bytes());
        try {
            Recognised read = FileHead.recognise(folder.path(received.content()), name);
            DraftChoices choices = new DraftChoices(
                    list,
                    mode,
                    wanted.mostRejected().strip(),
                    read.format(),
                    columns(directory, read.head().header(), like.orElse(null)),
                    like.map(spec -> spec.mapping().unmapped()).orElse(Mapping.Unmapped.EMBED),
                    like.orElse(null));
            return view(enter(maker, directory, name, received, choices, read.head(), wanted.corrects()));
        } catch (RuntimeException | Error e) {
            folder.delete(received.content());
            throw e;
        }
    }

    private Draft enter(
            Maker maker,
            Directory directory,
            String name,
            Received received,
            DraftChoices choices,
            FileHead head,
            @Nullable String corrects) {
        return Objects.requireNonNull(transactions.execute(status -> {
            Draft draft = drafts.enter(new NewDraft(
                    maker.user().id(),
                    directory.number(),
                    name,
                    received,
                    folder.spool(),
                    Machine.name(),
                    json.writeValueAsString(choices),
                    Rejects.JSON.writeValueAsString(head),
                    corrects == null ? null : runs.show(corrects).number(),
                    clock.instant().plus(limits.keep())));
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("draft", draft.id());
            detail.put("file", name);
            detail.put("size", received.size());
            if (corrects != null) {
                detail.put("corrects", corrects);
            }

            audit.enter(maker.actor(), "import.upload", AuditSubject.of(directory), detail);
            return draft;
        }));
    }

    private ListTarget listOf(Directory directory, NewImport wanted) {
        String made = wanted.newList().strip();
        if (!made.isEmpty() && !wanted.list().isBlank()) {
            throw invalid("new-list", "TWO_LISTS", "Choose a list or name a new one, not both.");
        }

        if (!made.isEmpty()) {
            if (lists.of(directory.number()).stream()
                    .anyMatch(list -> list.name().equals(made))) {
                throw invalid(
                        "new-list", "NAME_TAKEN", "The directory has a list “" + made + "” already. Choose it above.");
            }

            return new ListTarget.NewPerRun(made);
        }

        if (wanted.list().isBlank()) {
            return new ListTarget.None();
        }

        try {
            return new ListTarget.Existing(
                    lists.find(directory.number(), wanted.list()).id());
        } catch (Refusal refusal) {
            throw invalid(
                    "list",
                    "UNKNOWN_LIST",
                    "The list is not one of the directory “" + directory.name() + "”. Choose one of it.");
        }
    }

    private static ImportMode mode(String word) {
        return ImportMode.of(word)
                .orElseThrow(() -> invalid("mode", "UNKNOWN_MODE", "“" + word + "” is no mode. Choose one."));
    }

    private static ImportLimits checkLimit(String text) {
        if (text.isBlank()) {
            return ImportLimits.none();
        }

        try {
            return ImportLimits.none().rejecting(text.strip());
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "most-rejected",
                    "BAD_LIMIT",
                    "“" + text + "” is no number of rows. Write a number such as 100, a share such as 5%, or nothing.");
        }
    }

    private static Refusal invalid(String field, String code, String message) {
        return Refusal.invalid(code, message).with("field", field);
    }

    /** The settings of the run that is corrected, without what belongs to its own file. */
    private ImportSpec like(Directory directory, RunView view) {
        if (view.imported() == null || view.run().directory() != directory.number()) {
            throw Refusal.conflict(
                    "NOT_CORRECTABLE",
                    "Cannot correct rows of run " + view.run().id()
                            + ": it has read no file of this directory to the end.");
        }

        return json.readValue(view.run().spec(), ImportSpec.class);
    }

    /** The list that the run's contacts joined. */
    private ListTarget list(Run run, ImportSpec spec) {
        return spec.list() instanceof ListTarget.NewPerRun
                ? lists.byRun(run.number())
                        .<ListTarget>map(list -> new ListTarget.Existing(list.id()))
                        .orElseGet(ListTarget.None::new)
                : spec.list();
    }

    /** Reads the file of a draft in another way; columns go where they would of themselves. */
    public DraftView readAnew(Maker maker, String id, @Nullable String charset, @Nullable Character delimiter) {
        Draft draft = own(maker.user(), id);
        DraftView view = view(draft);
        FileFormat format = FileFormat.of(charset, delimiter);
        if (format.equals(view.choices().format())) {
            return view;
        }

        refuseElsewhere(view, "read the file in another way here: it");
        FileHead head = FileHead.read(folder.path(draft.content()), draft.name(), format);
        Directory directory = directories.byNumber(draft.directory()).orElseThrow();
        DraftChoices choices = view.choices()
                .with(format, columns(directory, head.header(), view.choices().like()));
        requireOpen(
                draft,
                drafts.readAnew(
                        draft.number(), json.writeValueAsString(choices), Rejects.JSON.writeValueAsString(head)));
        return find(maker.user(), id);
    }

    private void refuseElsewhere(DraftView view, String doing) {
        if (view.elsewhere() != null) {
            throw servers.elsewhere(
                    doing, servers.holder(view.draft().spool(), view.draft().host()), "Or upload the file again.");
        }
    }

    private static void requireOpen(Draft draft, boolean changed) {
        if (!changed) {
            throw Refusal.conflict(
                    "IMPORTED", "Cannot change the import " + draft.id() + ": a run imports it already.");
        }
    }

    /** Where the columns of a file go unless somebody says otherwise. */
    private List<ColumnChoice> columns(Directory directory, List<String> header, @Nullable ImportSpec like) {
        Map<String, ColumnChoice> remembered = drafts.remembered(directory.number(), headers(header))
                .map(text -> json.readValue(text, new TypeReference<Map<String, ColumnChoice>>() {}))
                .orElse(Map.of());
        Map<String, Long> times =
                header.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return header.stream()
                .map(name -> {
                    if (name.isEmpty() || KnownHeaders.isReason(name) || times.getOrDefault(name, 0L) > 1) {
                        return new ColumnChoice("ignore", false, Reason.LEFT_OUT);
                    }

                    return like == null
                            ? Optional.ofNullable(remembered.get(name)).orElseGet(() -> unsaid(name))
                            : asBefore(name, like);
                })
                .toList();
    }

    private static ColumnChoice unsaid(String name) {
        return KnownHeaders.exact(name)
                .map(target -> new ColumnChoice(target.text(), false, Reason.RECOGNISED))
                .orElseGet(() -> new ColumnChoice("embedded", false, Reason.OTHER));
    }

    private static ColumnChoice asBefore(String name, ImportSpec like) {
        Target target = like.mapping().columns().get(name);
        if (target != null) {
            boolean drops = like.invalid().get(target.text()) == ImportSpec.OnInvalid.DROP;
            return new ColumnChoice(chosen(target, name), drops, Reason.AS_BEFORE);
        }

        ColumnChoice unsaid = unsaid(name);
        return unsaid.reason() == Reason.RECOGNISED
                ? unsaid
                : new ColumnChoice(
                        switch (like.mapping().unmapped()) {
                            case EMBED -> "embedded";
                            case IGNORE -> "ignore";
                            case TRANSACTION -> "transaction.field";
                        },
                        false,
                        Reason.AS_BEFORE);
    }

    /** The short form where the target keeps the name of the column. */
    private static String chosen(Target target, String column) {
        return switch (target) {
            case Target.Embedded embedded -> embedded.name().equals(column) ? "embedded" : target.text();
            case Target.TransactionField field -> field.name().equals(column) ? "transaction.field" : target.text();
            case Target.ListEmbedded list -> list.name().equals(column) ? "list" : target.text();
            default -> target.text();
        };
    }

    private static Target target(String chosen, String column) {
        return switch (chosen) {
            case "embedded" -> new Target.Embedded(column);
            case "transaction.field" -> new Target.TransactionField(column);
            case "list" -> new Target.ListEmbedded(column);
            default -> Target.parse(chosen);
        };
    }

    /** Of a set of headers: their order does not matter. */
    private static byte[] headers(List<String> header) {
        String sorted = header.stream()
                .filter(name -> !name.isEmpty() && !KnownHeaders.isReason(name))
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
        return Sha256.digest().digest(sorted.getBytes(StandardCharsets.UTF_8));
    }

    /** What would come of columns as they are mapped. */
    public Checked check(DraftView view, DraftChoices choices) {
        try {
            PlannedImport planned = planned(view, choices);
            return new Checked(null, planned.check(), planned.judge(view.head().rows()));
        } catch (Refusal refusal) {
            return new Checked(refusal, List.of(), List.of());
        }
    }

    private PlannedImport planned(DraftView view, DraftChoices choices) {
        Directory directory = directories.byNumber(view.draft().directory()).orElseThrow();
        return new PlannedImport(
                spec(directory, view, choices),
                directory,
                rules.of(directory.number()),
                names.of(directory.number()),
                ids,
                view.head().header(),
                view.draft().name());
    }

    /** The rules of identity in force, with what columns lack for each. */
    public List<RuleInForce> rules(DraftView view, DraftChoices choices) {
        Set<Target> targets = new HashSet<>();
        List<String> header = view.head().header();
        for (int i = 0; i < header.size(); i++) {
            String target = choices.columns().get(i).target();
            if (BY_NAME.contains(target) || isTarget(target)) {
                targets.add(target(target, header.get(i)));
            }
        }

        return rules.of(view.draft().directory()).stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .map(rule -> new RuleInForce(
                        rule.fields(),
                        rule.lacking(
                                field -> targets.contains(new Target.Field(field)),
                                name -> targets.stream()
                                        .anyMatch(target -> target instanceof Target.Embedded given
                                                && given.name().equalsIgnoreCase(name)))))
                .toList();
    }

    private static boolean isTarget(String text) {
        try {
            var ignored = Target.parse(text);
            return true;
        } catch (Refusal refusal) {
            return false;
        }
    }

    /** Where the column would go if its header were written as it should be; empty where it is not nearly a known one. */
    public static Optional<String> near(DraftChoices choices, List<String> header, int column) {
        Set<Target> given = new HashSet<>();
        for (int i = 0; i < header.size(); i++) {
            String target = choices.columns().get(i).target();
            if (isTarget(target)) {
                given.add(Target.parse(target));
            }
        }

        return choices.columns().get(column).target().equals("embedded")
                ? KnownHeaders.near(header.get(column), given).map(Target::text)
                : Optional.empty();
    }

    private ImportSpec spec(Directory directory, DraftView view, DraftChoices choices) {
        List<String> header = view.head().header();
        Map<String, Target> columns = new LinkedHashMap<>();
        Map<String, ImportSpec.OnInvalid> invalid = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            ColumnChoice choice = choices.columns().get(i);
            if (!name.isEmpty() && !KnownHeaders.isReason(name) && choice.reason() != Reason.OTHER) {
                Target target = target(choice.target(), name);
                columns.put(name, target);
                if (choice.dropsInvalid()) {
                    invalid.put(target.text(), ImportSpec.OnInvalid.DROP);
                }
            }
        }

        ImportSpec like = choices.like();
        return like == null
                ? new ImportSpec(
                        directory.id(),
                        choices.list(),
                        choices.mode(),
                        new Mapping(columns, choices.others(), List.of(), Map.of(), null, List.of()),
                        Map.of(),
                        null,
                        null,
                        invalid,
                        ImportSpec.OptOut.NEVER_LIFT,
                        checkLimit(choices.mostRejected()),
                        choices.format(),
                        ImportEvents.USUAL,
                        false)
                : new ImportSpec(
                        directory.id(),
                        choices.list(),
                        choices.mode(),
                        mapping(like.mapping(), columns, header, choices.others()),
                        like.policies(),
                        like.nullTokens(),
                        like.region(),
                        invalid,
                        like.optOut(),
                        checkLimit(choices.mostRejected()),
                        choices.format(),
                        like.events(),
                        false,
                        null,
                        like.sourceName(),
                        like.transforms(),
                        null);
    }

    /** That of the corrected run, for the columns that are there. */
    private static Mapping mapping(
            Mapping like, Map<String, Target> columns, List<String> header, Mapping.Unmapped others) {
        Set<String> there = new LinkedHashSet<>(header);
        return new Mapping(
                columns,
                others,
                like.constants(),
                only(like.values(), there),
                like.dateFormat(),
                like.required(),
                like.missing(),
                only(like.formats(), there),
                like.usual());
    }

    private static <T> Map<String, T> only(Map<String, T> all, Set<String> names) {
        Map<String, T> some = new HashMap<>(all);
        some.keySet().retainAll(names);
        return some;
    }

    /**
     * Maps the columns of a draft, and begins a forecast.
     *
     * @throws Refusal when the file cannot be imported so
     */
    public DraftView forecast(Maker maker, String id, List<ColumnChoice> columns, Mapping.Unmapped others) {
        DraftView view = find(maker.user(), id);
        DraftChoices choices = view.choices().with(columns, others);
        PlannedImport planned = planned(view, choices);
        var ignored = planned.check();
        requireOpen(
                view.draft(),
                drafts.plan(
                        view.draft().number(),
                        json.writeValueAsString(choices),
                        json.writeValueAsString(planned.spec())));
        return begin(maker, find(maker.user(), id), Step.FORECAST);
    }

    /** Imports the file of a draft that was forecast; the same again is answered with the run that there is. */
    public DraftView run(Maker maker, String id) {
        DraftView view = find(maker.user(), id);
        requireForecast(view);
        Map<String, ColumnChoice> targets = new LinkedHashMap<>();
        List<String> header = view.head().header();
        for (int i = 0; i < header.size(); i++) {
            ColumnChoice choice = view.choices().columns().get(i);
            if (choice.reason() != Reason.LEFT_OUT && choice.reason() != Reason.OTHER) {
                targets.put(header.get(i), new ColumnChoice(choice.target(), choice.dropsInvalid(), Reason.REMEMBERED));
            }
        }

        DraftView begun = begin(maker, view, Step.IMPORT);
        drafts.remember(view.draft().directory(), headers(header), json.writeValueAsString(targets));
        return begun;
    }

    private void requireForecast(DraftView view) {
        if (view.run() == null
                && (view.forecast() == null || runs.show(view.forecast()).status() != RunStatus.COMPLETED)) {
            throw ImportDrafts.notForecast();
        }
    }

    private DraftView begin(Maker maker, DraftView view, Step step) {
        Draft draft = view.draft();
        if (view.elsewhere() == null) {
            var ignored = runs.start(new RunRequest.ImportUpload(draft.number(), step), maker.actor());
        } else if (view.elsewhere().living()) {
            drafts.want(draft, step, maker.user().name());
        } else {
            refuseElsewhere(view, "work on the file: it");
        }

        return find(maker.user(), draft.id());
    }

    /** Gives a draft up, and deletes its file. */
    public void discard(Maker maker, String id) {
        Draft draft = own(maker.user(), id);
        transactions.executeWithoutResult(status -> {
            // A run may have begun at the same moment, and needs the file.
            requireOpen(draft, drafts.lock(draft.number()).run() == null);
            drafts.delete(draft);
            audit.enter(
                    maker.actor(),
                    "import.discard",
                    new AuditSubject(draft.directory(), PublicId.DIRECTORY, draft.directory()),
                    Map.of("draft", draft.id(), "file", draft.name()));
        });
        folder.delete(draft.spool(), draft.content());
    }

    /** Rejected rows of a run, to be corrected. */
    public Rejected rejected(String id) {
        RunView view = views.brief(id);
        if (view.imported() == null || view.run().rows() == null) {
            throw Refusal.conflict(
                    "NOT_CORRECTABLE", "Cannot correct rows of run " + id + ": it has read no file to the end.");
        }

        if (view.run().directoryName() == null) {
            throw Refusal.conflict(
                    "NOT_CORRECTABLE", "Cannot correct rows of run " + id + ": its directory was deleted.");
        }

        List<Integer> data = data(view.imported().header());
        return new Rejected(
                view,
                data.stream().map(view.imported().header()::get).toList(),
                views.rejects(view.run(), 0, MOST_CORRECTED + 1).stream()
                        .map(row -> new Reject(
                                row.row(), row.line(), row.code(), row.field(), row.reason(), cells(row.cells(), data)))
                        .toList(),
                view.run().rows().counts().rejected());
    }

    /** Those of the columns that are no reasons; what a row has beyond its header comes last. */
    private static List<String> cells(List<String> cells, List<Integer> data) {
        List<String> kept = new ArrayList<>();
        data.forEach(place -> kept.add(place < cells.size() ? cells.get(place) : ""));
        int columns = data.isEmpty() ? 0 : data.getLast() + 1;
        kept.addAll(cells.subList(Math.min(columns, cells.size()), cells.size()));
        return kept;
    }

    private static List<Integer> data(List<String> header) {
        List<Integer> data = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            if (!KnownHeaders.isReason(header.get(i))) {
                data.add(i);
            }
        }

        return data;
    }

    /** Makes a draft of corrected rows, with the settings of the run that had rejected them. */
    public DraftView correct(Maker maker, String id, List<List<String>> rows) {
        Rejected rejected = rejected(id);
        Run run = rejected.run().run();
        Directory directory = directories.byNumber(run.directory()).orElseThrow();
        ImportSpec like = like(directory, rejected.run());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (RecordWriter writer = new RecordWriter(file, CORRECTED)) {
            writer.write(rejected.header());
            for (List<String> row : rows) {
                writer.write(row);
            }
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }

        ListTarget list = list(run, like);
        NewImport wanted = new NewImport(
                directory.id(),
                list instanceof ListTarget.Existing existing ? existing.list() : "",
                "",
                like.mode().word(),
                "",
                id);
        String name = "corrected-rows-of-" + id + ".csv";
        try {
            return upload(maker, wanted, name, new ByteArrayInputStream(file.toByteArray()), file.size());
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }
    }

    /** The settings of a run to be corrected that its maker may change: list, mode. */
    public NewImport likeRun(Rejected rejected) {
        Run run = rejected.run().run();
        Directory directory = directories.byNumber(run.directory()).orElseThrow();
        ImportSpec like = like(directory, rejected.run());
        ListTarget list = list(run, like);
        String listId = list instanceof ListTarget.Existing existing
                ? lists.find(directory.number(), existing.list()).id()
                : "";
        return new NewImport(directory.id(), listId, "", like.mode().word(), "", run.id());
    }
}
