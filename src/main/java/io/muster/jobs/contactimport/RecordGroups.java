package io.muster.jobs.contactimport;

import io.muster.database.Outage;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.resolve.DirectoryView;
import io.muster.dedup.resolve.EventRules;
import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.resolve.ResolveTask;
import io.muster.dedup.resolve.Resolved;
import io.muster.dedup.resolve.Resolver;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Policies;
import io.muster.dedup.rules.Recency;
import io.muster.directory.Directory;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.store.Directories;
import io.muster.directory.store.LineageRuns;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.transform.Transforms;
import io.muster.load.BlockFile;
import io.muster.load.BlockLoader;
import io.muster.load.BulkWriting;
import io.muster.load.LoadTask;
import io.muster.load.RowOutcome;
import io.muster.load.Settling;
import io.muster.load.SideFile;
import io.muster.load.WriteLog;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies records that come one by one as the rows of a file are applied, some at a time: mapped, judged, resolved and loaded
 * by the same parts, but without a run. What became of each is noted in the transaction that writes what it does.
 */
public final class RecordGroups {

    /** More than a group ever has. */
    private static final int ONE_BLOCK = 1 << 20;

    private static final long KEY_MEMORY = 64L << 20;

    private final ImportStores stores;
    private final Directories directories;
    private final IdentityRules rules;

    /** Groups in those stores. */
    public RecordGroups(ImportStores stores, Directories directories, IdentityRules rules) {
        this.stores = stores;
        this.directories = directories;
        this.rules = rules;
    }

    /**
     * Where records come from and what is to be done with them.
     *
     * @param name what they are called in messages
     * @param number what the lineage of contacts knows them by, in place of the number of a run
     * @param job the name of the source that they speak for, where the settings name none
     * @param header the names of their cells
     */
    public record Source(String name, long number, String job, ImportSpec spec, List<String> header) {

        /** Copies the header. */
        public Source {
            header = List.copyOf(header);
        }
    }

    /**
     * A record for which nothing is written.
     *
     * @param row its place in the group, from 1
     * @param contact the number of the contact that says the same already; 0 for none
     * @param reason why it is rejected; null for others
     */
    public record Left(
            long row, RowOutcome.Kind kind, long contact, IncomingRow.RowVerdict.@Nullable Rejected reason) {}

    /** Told what became of records. Those of which nothing is said are to come again. */
    public interface Outcomes {

        /** Notes records for which nothing is written. */
        void left(Directory directory, List<Left> records);

        /**
         * Notes the others, in the transaction that writes what they do.
         *
         * @throws Refusal when another process has settled one of them: the transaction is rolled back
         */
        void settle(Connection connection, Directory directory, List<Settling.Settled> records) throws SQLException;
    }

    /** What the verdict on a record depends on. */
    private record Settings(ImportSpec spec, Directory directory, Ids ids) implements RowSettings {}

    /** A group on its way. */
    private record Work(
            Source source, Settings settings, int list, List<IdentityRule> rules, ColumnPlan plan, long now) {

        Directory directory() {
            return settings.directory();
        }

        ImportSpec spec() {
            return source.spec();
        }

        KeyMaker keys() {
            return new KeyMaker(
                    rules, plan.spellings()::of, directory().settings().placeholders());
        }

        /** The name of the source that the records speak for. */
        String sourceName() {
            return Objects.requireNonNullElse(spec().sourceName(), source.job());
        }

        String eventSource() {
            return Objects.requireNonNullElse(spec().events().source(), sourceName());
        }
    }

    /**
     * Applies records in their order, all of them or those at the beginning.
     *
     * @param records numbered from 1
     * @param folder for side files
     * @return how many were looked at
     * @throws Refusal when the directory or list is not there, or the mapping does not fit
     */
    public int apply(Source source, List<FileRecord> records, Path folder, Outcomes outcomes) {
        Work work = work(source);
        List<IncomingRow> rows = alike(judged(work, records));
        Path file = folder.resolve("group-" + UUID.randomUUID());
        try {
            Loadable loadable = resolve(work, rows, folder, new SideFile(file), outcomes);
            load(work, loadable, outcomes);
            return rows.size();
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Work work(Source source) {
        ImportSpec spec = source.spec();
        Directory directory = directories.find(spec.directory());
        int list = switch (spec.list()) {
            case ListTarget.Existing existing ->
                stores.lists().find(directory.number(), existing.list()).number();
            case ListTarget.None ignored -> 0;
            case ListTarget.NewPerRun ignored ->
                throw Refusal.invalid("NO_LIST", "Cannot apply " + source.name() + ": a list is made for runs only.");
        };
        Settings settings = new Settings(spec, directory, stores.ids());
        List<IdentityRule> inForce = rules.of(directory.number());
        ColumnPlan plan = plan(source, settings, inForce);
        if (!plan.newNames().isEmpty()) {
            List<String> names = plan.newNames();
            stores.transactions().executeWithoutResult(ignored -> {
                var unused = stores.names().register(directory.number(), names);
            });
            plan = plan(source, settings, inForce);
        }

        Work work =
                new Work(source, settings, list, inForce, plan, stores.clock().millis());
        // Before the view is opened: contacts that name it are known then.
        new LineageRuns(stores.jdbc())
                .enter(
                        directory.number(),
                        source.number(),
                        new LineageRuns.Known(work.sourceName(), source.name(), work.now()));
        return work;
    }

    private ColumnPlan plan(Source source, Settings settings, List<IdentityRule> inForce) {
        ImportSpec spec = source.spec();
        ColumnPlan whole = ColumnPlan.of(
                source.header(),
                spec.mapping(),
                stores.names().of(settings.directory().number()),
                new FieldRules(settings.region()),
                source.name());
        ColumnPlan plan = spec.mode() == ImportMode.EVENTS_ONLY ? whole.forEvents(inForce) : whole;
        Set<Target> targets = SurveyTask.targets(spec, plan);
        SurveyTask.refuseMode(spec, targets, source.name());
        return new Recognition(inForce, targets).check(plan, source.name());
    }

    private List<IncomingRow> judged(Work work, List<FileRecord> records) {
        RowJudge judge = new RowJudge(
                Transforms.of(
                        work.spec().transforms(),
                        work.source().header(),
                        Instant.ofEpochMilli(work.now()),
                        work.source().name()),
                work.plan(),
                new FieldRules(work.settings().region()),
                work.keys(),
                work.settings(),
                new EventDates(
                        work.directory().timeZone(), work.spec().mapping().dateFormat()));
        return records.stream().map(judge::judge).toList();
    }

    /**
     * The rows at the beginning whose outcome does not depend on how records fall into groups. One that no rule can recognise
     * is told by its content and its place among equal ones: it is a group of its own.
     */
    private static List<IncomingRow> alike(List<IncomingRow> rows) {
        for (int i = 0; i < rows.size(); i++) {
            boolean isNobodys = rows.get(i).verdict() instanceof IncomingRow.RowVerdict.Good
                    && rows.get(i).keys().stream().allMatch(Objects::isNull);
            if (isNobodys) {
                return rows.subList(0, Math.max(1, i));
            }
        }

        return rows;
    }

    /** What is to be loaded, and how much of it is new. */
    private record Loadable(SideFile file, int blocks, Resolved resolved) {}

    private Loadable resolve(Work work, List<IncomingRow> rows, Path folder, SideFile side, Outcomes outcomes) {
        KeyMemory memory = new KeyMemory(folder, KEY_MEMORY);
        Policies policies =
                new Policies(work.directory().settings().policies(), work.spec().policies());
        Map<Long, Left> left = new HashMap<>();
        Resolver.Decisions decisions = new Resolver.Decisions() {
            @Override
            public void refused(Resolver.Refused row) {
                left.put(row.row().row(), new Left(row.row().row(), RowOutcome.Kind.REJECTED, 0, row.reason()));
            }

            @Override
            public void unchanged(IncomingRow row, long contact) {
                left.put(row.row(), new Left(row.row(), RowOutcome.Kind.UNCHANGED, contact, null));
            }
        };
        try (DirectoryView view = stores.views()
                        .open(
                                work.directory().number(),
                                work.list() == 0 ? OptionalInt.empty() : OptionalInt.of(work.list()),
                                work.keys(),
                                rows.size(),
                                Long.MAX_VALUE,
                                memory);
                WriteLog log = side.create();
                Resolver resolver = new Resolver(
                        task(work), work.keys(), policies, recency(work, policies), view, log, memory, decisions)) {
            resolver.resolve(rows);
            Resolved resolved = resolver.result();
            SideFile.Finished finished = log.finish(resolver.plan(ONE_BLOCK));
            outcomes.left(work.directory(), left(rows, resolved.decidedRows(), left));
            return new Loadable(side, finished.blocks(), resolved);
        }
    }

    /** Rows that are decided and neither refused nor the same as before are left out on purpose. */
    private static List<Left> left(List<IncomingRow> rows, BitSet decided, Map<Long, Left> known) {
        List<Left> left = new ArrayList<>();
        for (IncomingRow row : rows) {
            if (decided.get((int) row.row())) {
                left.add(known.getOrDefault(row.row(), new Left(row.row(), RowOutcome.Kind.SKIPPED, 0, null)));
            }
        }

        return left;
    }

    private static ResolveTask task(Work work) {
        ImportSpec spec = work.spec();
        return new ResolveTask(
                work.source().number(),
                work.rules(),
                spec.mode().unmatched(),
                spec.mode().matched(),
                ResolveTask.KeyTaken.DEFER,
                work.list() != 0,
                work.directory().settings().protectReference(),
                0,
                new EventRules(
                        work.eventSource(), work.source().job(), spec.events().repeated()),
                work.now());
    }

    private @Nullable Recency recency(Work work, Policies policies) {
        boolean hasAsOf = SurveyTask.hasAsOf(work.spec(), work.plan());
        List<String> order = work.directory().settings().sources();
        return !hasAsOf && order.isEmpty()
                ? null
                : new Recency(
                        policies,
                        new Recency.Standing(work.source().number(), work.sourceName(), hasAsOf, order),
                        new LineageRuns(stores.jdbc()).sources(work.directory().number()));
    }

    private void load(Work work, Loadable loadable, Outcomes outcomes) {
        if (loadable.blocks() == 0) {
            return;
        }

        int directory = work.directory().number();
        NewNumbers numbers = Objects.requireNonNull(stores.transactions()
                .execute(ignored -> NewNumbers.take(stores.jdbc(), directory, loadable.resolved())));
        if (SurveyTask.recordsEvents(work.spec(), work.plan())) {
            stores.eventSources().register(directory, work.eventSource());
        }

        LoadTask task = new LoadTask(
                0,
                work.source().name(),
                0,
                0,
                directory,
                work.list(),
                numbers.contact(),
                numbers.transaction(),
                work.eventSource(),
                work.rules().stream().map(IdentityRule::id).sorted().collect(Collectors.toList()),
                work.now());
        BlockLoader loader = new BlockLoader(
                stores.bulk(),
                writing(work),
                task,
                stores.clock(),
                (connection, settled) -> outcomes.settle(connection, work.directory(), settled));
        try (BlockFile file = loadable.file().open()) {
            for (int block = 0; block < loadable.blocks(); block++) {
                // Rows of contacts that others have changed meanwhile stay open.
                var ignored = loader.load(file.block(block));
            }
        }
    }

    private BulkWriting writing(Work work) {
        try (Connection connection = stores.bulk().getConnection()) {
            return BulkWriting.of(connection);
        } catch (SQLException e) {
            throw Refusal.failed(
                    "Cannot apply " + work.source().name() + ": " + Outage.inWords(e) + ". They are applied later.", e);
        }
    }
}
