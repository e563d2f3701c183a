package io.muster.jobs.contactimport;

import io.muster.jobs.RunLedger;
import io.muster.load.BlockFile;
import io.muster.load.BlockLoader;
import io.muster.load.BlockResult;
import io.muster.load.DelayedPurge;
import io.muster.load.OutcomeCounts;
import io.muster.support.log.LogContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemStreamWriter;

/**
 * The directory loader, as the writer of the load step: its items are numbers of blocks in the side file, and the blocks
 * of a chunk are written on several lanes. Each block is one transaction with its own entry in the ledger, so a chunk
 * that fails or stops half way is gone on with block by block.
 */
final class BlockWriter implements ItemStreamWriter<Integer> {

    /** Blocks that one lane writes in a chunk, on average. */
    static final int BLOCKS_PER_LANE = 4;

    /** A load of fewer blocks is over before it matters. */
    private static final int LEAST_BLOCKS = 8;

    private final ImportWork work;
    private final Rounds.Load load;
    private final BlockLoader loader;
    private final RunLedger runs;
    private final long rowsRead;
    private final ExecutorService lanes;
    private final DelayedPurge purge;
    private OutcomeCounts counts;
    private long rows;
    private long held;

    /**
     * @param rowsRead rows of the file
     * @param before outcomes that are final already
     * @param purge of the server that is loaded
     */
    BlockWriter(
            ImportWork work,
            Rounds.Load load,
            BlockLoader loader,
            RunLedger runs,
            long rowsRead,
            OutcomeCounts before,
            DelayedPurge purge) {
        this.work = work;
        this.load = load;
        this.loader = loader;
        this.runs = runs;
        this.rowsRead = rowsRead;
        this.counts = before;
        this.purge = purge;
        this.lanes = Executors.newFixedThreadPool(
                work.tuning().lanes(),
                LogContext.carried(Thread.ofPlatform().daemon().name("load-", 0).factory()));
    }

    @Override
    public void write(Chunk<? extends Integer> chunk) throws Exception {
        List<? extends Integer> numbers = chunk.getItems();
        if (load.blocks() > LEAST_BLOCKS) {
            purge.hold(rows - held);
            held = rows;
        }

        AtomicInteger taken = new AtomicInteger();
        List<Future<List<BlockResult>>> running = new ArrayList<>();
        for (int lane = 0; lane < Math.min(work.tuning().lanes(), numbers.size()); lane++) {
            running.add(lanes.submit(() -> loadSome(numbers, taken)));
        }

        for (Future<List<BlockResult>> lane : running) {
            try {
                for (BlockResult result : lane.get()) {
                    counts = counts.plus(result.rows());
                    rows += result.rows().total();
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        runs.progress(work.lease().run().number(), work.lease().epoch(), rowsRead, counts);
        work.progress().at(rows, (numbers.getLast() + 1.0) / load.blocks());
    }

    private List<BlockResult> loadSome(List<? extends Integer> numbers, AtomicInteger taken) {
        List<BlockResult> results = new ArrayList<>();
        try (BlockFile file = load.sideFile().open()) {
            for (int i = taken.getAndIncrement(); i < numbers.size(); i = taken.getAndIncrement()) {
                if (work.lease().stopRequested()) {
                    break;
                }

                loader.load(file.block(numbers.get(i))).ifPresent(results::add);
            }
        }

        return results;
    }

    @Override
    public void close() {
        lanes.close();
        purge.close();
    }
}
