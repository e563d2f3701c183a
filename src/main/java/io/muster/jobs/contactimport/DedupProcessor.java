package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryView;
import io.muster.dedup.resolve.EventRules;
import io.muster.dedup.resolve.IncomingRow;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.resolve.ResolveTask;
import io.muster.dedup.resolve.Resolver;
import io.muster.dedup.rules.Policies;
import io.muster.dedup.rules.Recency;
import io.muster.directory.DirectorySettings;
import io.muster.directory.store.LineageRuns;
import io.muster.jobs.SentImports;
import io.muster.load.Checkpoint;
import io.muster.load.Rejects.Reject;
import io.muster.load.SideFile;
import io.muster.load.WriteLog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemStream;

/**
 * Deduplication, as the processor of the survey step: resolves rows against the directory and against each other, and
 * writes what they do to contacts into the side file of the round. The last block finishes the side file.
 */
final class DedupProcessor implements ItemProcessor<RowBlock, ResolvedBlock>, ItemStream {

    /** How many rounds wait for a run that has taken a key of a row; then the row is rejected. */
    private static final int ROUNDS_FOR_TAKEN_KEYS = 3;

    private final SurveyTask task;
    private final ImportStores stores;
    private final Checkpoints checkpoints;
    private final List<Reject> rejects = new ArrayList<>();
    private final List<SentImports.Row> unchanged = new ArrayList<>();
    // Opened before the first block is read.
    private volatile @Nullable DirectoryView view;
    private @Nullable WriteLog log;
    private @Nullable Resolver resolver;
    private long resolved;

    DedupProcessor(SurveyTask task, ImportStores stores, Checkpoints checkpoints) {
        this.task = task;
        this.stores = stores;
        this.checkpoints = checkpoints;
    }

    @Override
    public void open(ExecutionContext context) {
        ImportWork work = task.work();
        ImportSpec spec = work.spec();
        KeyMemory memory = new KeyMemory(work.folder(), work.tuning().keyMemory());
        BitSet wanted = task.wanted();
        DirectoryView directory = stores.views()
                .open(
                        work.directory().number(),
                        spec.list() instanceof ListTarget.None
                                ? OptionalInt.empty()
                                : OptionalInt.of(new RunList(work, stores.lists()).number()),
                        task.keys(),
                        wanted == null ? task.fileBytes() / ImportWork.BYTES_PER_ROW : wanted.cardinality(),
                        // With moments to compare, every contact has to be looked at.
                        tellsNews() ? Long.MAX_VALUE : work.tuning().streamedFrom(),
                        memory);
        view = directory;
        if (checkpoints.find().filter(last -> goOn(last, directory, memory)).isEmpty()) {
            checkpoints.startOver();
            begin(work.sideFile(task.round()).create(), directory, memory);
        }
    }

    /** Goes on where an interrupted try of the survey stood, if that can still be told. */
    private boolean goOn(Checkpoint last, DirectoryView directory, KeyMemory memory) {
        Optional<WriteLog> side = task.work().sideFile(task.round()).goOn(last.log());
        if (side.isEmpty()) {
            return false;
        }

        Resolver begun = begin(side.get(), directory, memory);
        if (!begun.goOn(last.state())) {
            begun.close();
            side.get().close();
            return false;
        }

        checkpoints.goOn(last);
        resolved = last.rows();
        return true;
    }

    private Resolver begin(WriteLog side, DirectoryView directory, KeyMemory memory) {
        ImportWork work = task.work();
        Policies policies =
                new Policies(work.directory().settings().policies(), work.spec().policies());
        Resolver begun = new Resolver(
                resolveTask(work, task.round()),
                task.keys(),
                policies,
                recency(policies),
                directory,
                side,
                memory,
                new Decided());
        log = side;
        resolver = begun;
        return begun;
    }

    /** Keeps what is decided until its block is written. */
    private final class Decided implements Resolver.Decisions {

        @Override
        public void refused(Resolver.Refused refused) {
            rejects.add(new Reject(
                    refused.row().row(),
                    refused.row().line(),
                    refused.reason().code(),
                    refused.reason().field(),
                    refused.reason().reason(),
                    refused.row().cells()));
        }

        @Override
        public void unchanged(IncomingRow row, long contact) {
            if (task.work().sent().isPresent()) {
                unchanged.add(SentRows.unchanged(row.row(), contact));
            }
        }
    }

    /** Whether moments or an order of sources are to be looked at. */
    private boolean tellsNews() {
        return task.hasAsOf() || !task.work().directory().settings().sources().isEmpty();
    }

    /** What of a row is news; null where everything is. */
    private @Nullable Recency recency(Policies policies) {
        if (!tellsNews()) {
            return null;
        }

        ImportWork work = task.work();
        List<String> order = work.directory().settings().sources();
        // After the view was opened: every run that a contact names by then has been entered before.
        return new Recency(
                policies,
                new Recency.Standing(work.lease().run().number(), work.sourceName(), task.hasAsOf(), order),
                new LineageRuns(stores.jdbc()).sources(work.directory().number()));
    }

    private static ResolveTask resolveTask(ImportWork work, int round) {
        ImportSpec spec = work.spec();
        Integer perKey = spec.limits().maxRowsPerKey();
        return new ResolveTask(
                work.lease().run().number(),
                work.rules(),
                spec.mode().unmatched(),
                spec.mode().matched(),
                round < ROUNDS_FOR_TAKEN_KEYS && !spec.dryRun()
                        ? ResolveTask.KeyTaken.DEFER
                        : ResolveTask.KeyTaken.REJECT,
                !(spec.list() instanceof ListTarget.None),
                work.directory().settings().protectReference(),
                perKey == null ? 0 : perKey,
                new EventRules(
                        work.eventSource(),
                        work.formerEventSource(),
                        spec.events().repeated()),
                work.lease().run().moment());
    }

    /** What rows will need, looked up before their turn and on another thread. */
    DirectoryView.@Nullable Ahead lookAhead(List<IncomingRow> rows) {
        return Objects.requireNonNull(view).lookAhead(rows);
    }

    @Override
    public ResolvedBlock process(RowBlock block) {
        Resolver open = Objects.requireNonNull(resolver);
        // In a later round a block may have no row that is open.
        if (!block.isLast() && !block.rows().isEmpty()) {
            // The writer has stored the rejects of the block before.
            checkpoints.reached(resolved, open, Objects.requireNonNull(log));
            resolved = block.rows().getLast().row();
        }

        Objects.requireNonNull(view).take(block.ahead());
        open.resolve(block.rows());
        List<Reject> rejected = List.copyOf(rejects);
        List<SentImports.Row> same = List.copyOf(unchanged);
        rejects.clear();
        unchanged.clear();
        return new ResolvedBlock(
                block.rows().size(),
                block.share(),
                rejected,
                same,
                block.isLast() ? result(block.rowsOfFile(), open) : null);
    }

    private SurveyResult result(long rowsRead, Resolver open) {
        ImportWork work = task.work();
        Sample sample = work.sample();
        if (sample != null) {
            sample.take(open.sample(sample.most()));
        }

        SideFile.Finished side = work.spec().dryRun()
                ? null
                : Objects.requireNonNull(log).finish(open.plan(work.tuning().blockSize()));
        return new SurveyResult(rowsRead, open.result(), comingMerges(open), side);
    }

    private long comingMerges(Resolver open) {
        DirectorySettings settings = task.work().directory().settings();
        return settings.mergeMode() == DirectorySettings.MergeMode.ALL_CONTACTS
                ? open.comingMerges(settings.maxGroup())
                : 0;
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }

        if (view != null) {
            view.close();
        }

        if (log != null) {
            log.close();
        }
    }
}
