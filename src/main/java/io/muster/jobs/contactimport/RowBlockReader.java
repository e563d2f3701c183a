package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryView;
import io.muster.dedup.resolve.IncomingRow;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RecordReader;
import io.muster.support.log.LogContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * The extractor, as the reader of the survey step: blocks of judged rows in file order. One thread parses ahead, one
 * judges and one looks up what the directory has of them, while the step's own thread deduplicates; a few blocks are
 * under way at a time, so memory does not grow with the file. A survey that goes on where it was interrupted parses the
 * rows before, but does not judge them.
 */
final class RowBlockReader implements ItemStreamReader<RowBlock> {

    private static final int AHEAD = 4;

    private final SurveyTask task;
    private final Checkpoints checkpoints;
    private final LookUp lookUp;
    private final ExecutorService parsing = executor("extract");
    private final ExecutorService judging = executor("judge");
    private final ExecutorService looking = executor("look-up");
    private final ThreadLocal<RowJudge> judges;
    private final Queue<Future<RowBlock>> ahead = new ArrayDeque<>();
    private @Nullable RecordReader records;
    private boolean ended;

    /** Looks up what rows will need when they are resolved. */
    @FunctionalInterface
    interface LookUp {

        DirectoryView.@Nullable Ahead lookAhead(List<IncomingRow> rows);
    }

    RowBlockReader(SurveyTask task, Checkpoints checkpoints, LookUp lookUp) {
        this.task = task;
        this.checkpoints = checkpoints;
        this.lookUp = lookUp;
        ImportWork work = task.work();
        EventDates dates = new EventDates(
                work.directory().timeZone(), work.spec().mapping().dateFormat());
        this.judges = ThreadLocal.withInitial(() ->
                new RowJudge(task.transforms(), task.plan(), new FieldRules(work.region()), task.keys(), work, dates));
    }

    @Override
    public void open(ExecutionContext context) {
        ImportWork work = task.work();
        records =
                RecordReader.open(work.spoolFile(), work.fileName(), work.spec().format());
    }

    @Override
    public @Nullable RowBlock read() throws Exception {
        RecordReader reader = records;
        if (reader == null || ended) {
            return null;
        }

        while (ahead.size() < AHEAD) {
            ahead.add(next(reader));
        }

        try {
            RowBlock block = ahead.remove().get();
            ended = block.isLast();
            return block;
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    /** What went wrong in the first place, on whatever thread. */
    private static Exception cause(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause instanceof ExecutionException before
                ? cause(before)
                : cause instanceof RuntimeException own ? own : e;
    }

    private Future<RowBlock> next(RecordReader reader) {
        Future<Parsed> parsing = this.parsing.submit(() -> parse(reader));
        Future<List<IncomingRow>> judging =
                this.judging.submit(() -> judge(parsing.get().records()));
        return looking.submit(() -> {
            List<IncomingRow> rows = judging.get();
            Parsed parsed = parsing.get();
            return new RowBlock(
                    rows, rows.isEmpty() ? null : lookUp.lookAhead(rows), parsed.share(), parsed.rowsOfFile());
        });
    }

    private record Parsed(List<FileRecord> records, double share, long rowsOfFile) {}

    private Parsed parse(RecordReader reader) {
        while (reader.rows() < checkpoints.from() && reader.next() != null) {
            // It is decided.
        }

        int most = task.work().tuning().rowsAtOnce();
        List<FileRecord> block = new ArrayList<>(most);
        while (block.size() < most) {
            FileRecord row = reader.next();
            if (row == null) {
                break;
            }

            block.add(row);
        }

        double share = reader.totalBytes() == 0 ? 1 : (double) reader.bytesRead() / reader.totalBytes();
        return new Parsed(block, Math.min(1, share), block.isEmpty() ? reader.rows() : -1);
    }

    private List<IncomingRow> judge(List<FileRecord> records) {
        RowJudge judge = judges.get();
        BitSet wanted = task.wanted();
        List<IncomingRow> rows = new ArrayList<>(records.size());
        for (FileRecord row : records) {
            boolean decided = wanted != null && !wanted.get((int) row.row());
            traceSome(row, judge);
            IncomingRow judged = decided ? judge.alreadyDecided(row) : judge.judge(row);
            if (judged != null) {
                rows.add(judged);
            }
        }

        return rows;
    }

    /** A trial shows what transforms do to its first rows. */
    private void traceSome(FileRecord row, RowJudge judge) {
        Sample sample = task.work().sample();
        if (sample != null
                && !task.work().spec().transforms().isEmpty()
                && row.row() <= sample.most()
                && row.problem() == null) {
            sample.take(
                    row.row(), task.header(), row.cells(), task.transforms().trace(judge.tokensBlanked(row.cells())));
        }
    }

    private static ExecutorService executor(String name) {
        return Executors.newSingleThreadExecutor(
                LogContext.carried(Thread.ofPlatform().daemon().name(name).factory()));
    }

    @Override
    public void close() {
        List<ExecutorService> all = List.of(parsing, judging, looking);
        all.forEach(ExecutorService::shutdownNow);
        all.forEach(ExecutorService::close);
        RecordReader open = records;
        records = null;
        if (open != null) {
            open.close();
        }
    }
}
