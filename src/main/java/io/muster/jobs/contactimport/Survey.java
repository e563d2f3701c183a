package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryView;
import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.resolve.ResolveTask;
import io.muster.dedup.resolve.Resolver;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Policies;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.Spellings;
import io.muster.directory.store.EmbeddedNames;
import io.muster.extract.csv.RecordReader;
import io.muster.load.Rejects.Reject;
import io.muster.load.WriteLog;
import io.muster.support.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One survey of the file, or of the rows that are still open: everything it needs while it runs. */
final class Survey implements AutoCloseable {

    /** A low guess, to judge how large a file is against its directory. */
    private static final int BYTES_PER_ROW = 100;

    private final int round;
    private final ColumnPlan plan;
    private final RecordReader records;
    private final ExtractorReader reader;
    private final DirectoryView view;
    private final WriteLog log;
    private final Resolver resolver;
    private final List<Reject> rejects = new ArrayList<>();

    /**
     * Opens the file and a view of the directory.
     *
     * @param list the target list's numeric id; 0 for none, or for one that is still to be made
     * @param wanted the rows to survey; null for all
     */
    Survey(ImportWork work, int round, int list, @Nullable BitSet wanted, EmbeddedNames names, DirectoryViews views) {
        this.round = round;
        ImportSpec spec = work.spec();
        String region = spec.region() != null
                ? spec.region()
                : work.directory().settings().region();
        FieldRules rules = new FieldRules(region);
        this.records = RecordReader.open(work.spoolFile(), work.fileName(), spec.format());
        Spellings known = names.of(work.directory().number());
        ColumnPlan whole = ColumnPlan.of(records.header(), spec.mapping(), known, rules, work.fileName());
        this.plan = spec.mode() == ImportMode.EVENTS_ONLY ? whole.forEvents(work.rules()) : whole;
        refuseMode(spec, plan, work.fileName());
        EventDates dates =
                new EventDates(work.directory().timeZone(), spec.mapping().dateFormat());
        List<String> configured = spec.nullTokens();
        List<String> nullTokens =
                configured != null ? configured : work.directory().settings().nullTokens();
        this.reader = new ExtractorReader(
                records,
                work.pace().rowsAtOnce(),
                wanted,
                () -> new RowJudge(
                        plan,
                        new FieldRules(region),
                        keys(work),
                        spec,
                        nullTokens,
                        dates,
                        work.directory().number()));
        KeyMemory memory = new KeyMemory(work.folder(), work.pace().keyMemory());
        this.view = views.open(
                work.directory().number(),
                spec.list() instanceof ListTarget.None ? OptionalInt.empty() : OptionalInt.of(list),
                keys(work),
                wanted == null ? records.totalBytes() / BYTES_PER_ROW : wanted.cardinality(),
                work.pace().streamedFrom(),
                work.folder(),
                memory);
        this.log = new WriteLog(work.sideFile(round));
        this.resolver = new Resolver(
                task(work),
                keys(work),
                new Policies(work.directory().settings().policies(), spec.policies()),
                view,
                log,
                memory,
                refused -> rejects.add(new Reject(
                        refused.row().row(),
                        refused.row().line(),
                        refused.reason().code(),
                        refused.reason().field(),
                        refused.reason().reason(),
                        refused.row().cells())));
    }

    private KeyMaker keys(ImportWork work) {
        return new KeyMaker(
                work.rules(), plan.spellings()::of, work.directory().settings().placeholders());
    }

    private static ResolveTask task(ImportWork work) {
        ImportSpec spec = work.spec();
        Integer perKey = spec.limits().maxRowsPerKey();
        String automation = work.lease().run().automation();
        List<IdentityRule> rules = work.rules();
        return new ResolveTask(
                rules,
                switch (spec.mode()) {
                    case UPSERT, CREATE_ONLY -> ResolveTask.Unmatched.CREATE;
                    case UPDATE_ONLY -> ResolveTask.Unmatched.SKIP;
                    case EVENTS_ONLY -> ResolveTask.Unmatched.REJECT;
                },
                switch (spec.mode()) {
                    case UPSERT, UPDATE_ONLY -> ResolveTask.Matched.UPDATE;
                    case CREATE_ONLY -> ResolveTask.Matched.SKIP;
                    case EVENTS_ONLY -> ResolveTask.Matched.RECORD;
                },
                !(spec.list() instanceof ListTarget.None),
                work.directory().settings().protectReference(),
                perKey == null ? 0 : perKey,
                automation == null ? "" : automation,
                work.lease().run().asOf());
    }

    /** What the mode and the targets have to do with each other. */
    private static void refuseMode(ImportSpec spec, ColumnPlan plan, String file) {
        Set<Target> targets = new HashSet<>();
        plan.columns().forEach(column -> targets.add(column.target()));
        spec.mapping().constants().forEach(constant -> targets.add(constant.target()));
        if (spec.mode() != ImportMode.EVENTS_ONLY) {
            if (targets.contains(new Target.ContactId())) {
                throw Refusal.failed(
                        "Cannot import " + file + ": something goes to contactId, but ids name contacts only"
                                + " where none is made or changed. Use the mode events-only, or another target.");
            }

            return;
        }

        if (!(spec.list() instanceof ListTarget.None)) {
            throw Refusal.failed("Cannot import " + file + ": the mode events-only changes no contact, so none can join"
                    + " a list. Leave the list out, or use another mode.");
        }

        if (targets.stream()
                .noneMatch(target ->
                        target instanceof Target.TransactionDate || target instanceof Target.TouchpointPart)) {
            throw Refusal.failed(
                    "Cannot import " + file + ": the mode events-only records transactions and touchpoints,"
                            + " but nothing gives one. Map a column to transaction.date or touchpoint.time.");
        }
    }

    int round() {
        return round;
    }

    ColumnPlan plan() {
        return plan;
    }

    RecordReader records() {
        return records;
    }

    ExtractorReader reader() {
        return reader;
    }

    Resolver resolver() {
        return resolver;
    }

    WriteLog log() {
        return log;
    }

    /** The rejects since the last call. */
    List<Reject> takeRejects() {
        List<Reject> taken = List.copyOf(rejects);
        rejects.clear();
        return taken;
    }

    SurveyResult result() {
        return new SurveyResult(reader.rowsRead(), resolver.result());
    }

    @Override
    public void close() {
        try {
            resolver.close();
            view.close();
            log.close();
            reader.close();
        } catch (IOException e) {
            throw Refusal.failed("Cannot close the survey: " + e.getMessage() + ". Resume the run.", e);
        }
    }
}
