package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.RecordReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ItemReader;

/**
 * The extractor as Spring Batch reads it: blocks of judged rows in file order. One thread parses ahead and one judges,
 * while the step's own thread resolves; a few blocks are under way at a time, so memory does not grow with the file.
 */
final class ExtractorReader implements ItemReader<RowBlock>, Closeable {

    private static final int AHEAD = 4;

    private final RecordReader records;
    private final int rowsAtOnce;
    private final @Nullable BitSet wanted;
    private final ExecutorService parsing = executor("extract");
    private final ExecutorService judging = executor("judge");
    private final ThreadLocal<RowJudge> judges;
    private final Queue<Future<@Nullable RowBlock>> ahead = new ArrayDeque<>();
    private long rowsRead;

    /**
     * @param rowsAtOnce rows in a block
     * @param wanted the rows to resolve, null for all; the others are settled and come as such
     * @param judges makes a judge for a thread
     */
    ExtractorReader(RecordReader records, int rowsAtOnce, @Nullable BitSet wanted, Supplier<RowJudge> judges) {
        this.records = records;
        this.rowsAtOnce = rowsAtOnce;
        this.wanted = wanted;
        this.judges = ThreadLocal.withInitial(judges);
    }

    @Override
    public @Nullable RowBlock read() throws Exception {
        while (ahead.size() < AHEAD) {
            ahead.add(next());
        }

        try {
            return ahead.remove().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Rows of the file, wanted or not; complete once {@link #read} has answered null. */
    long rowsRead() {
        return rowsRead;
    }

    private Future<@Nullable RowBlock> next() {
        Future<List<FileRecord>> parsed = parsing.submit(this::parse);
        return judging.submit(() -> {
            List<FileRecord> block = parsed.get();
            if (block.isEmpty()) {
                return null;
            }

            RowJudge judge = judges.get();
            List<IncomingRow> rows = new ArrayList<>(block.size());
            for (FileRecord row : block) {
                boolean settled = wanted != null && !wanted.get((int) row.row());
                IncomingRow judged = settled ? judge.settled(row) : judge.judge(row);
                if (judged != null) {
                    rows.add(judged);
                }
            }

            double share = records.totalBytes() == 0 ? 1 : (double) records.bytesRead() / records.totalBytes();
            return new RowBlock(rows, Math.min(1, share));
        });
    }

    private List<FileRecord> parse() {
        List<FileRecord> block = new ArrayList<>(rowsAtOnce);
        while (block.size() < rowsAtOnce) {
            FileRecord row = records.next();
            if (row == null) {
                break;
            }

            rowsRead = row.row();
            block.add(row);
        }

        return block;
    }

    private static ExecutorService executor(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    @Override
    public void close() throws IOException {
        parsing.shutdownNow();
        judging.shutdownNow();
        parsing.close();
        judging.close();
        records.close();
    }
}
