package io.muster.jobs.contactimport;

import io.muster.jobs.RunLedger;
import io.muster.load.BlockFile;
import io.muster.load.BlockLoader;
import io.muster.load.BlockResult;
import io.muster.load.LoadTask;
import io.muster.load.OutcomeCounts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemReader;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** The load as a chunk step over numbers of blocks; the blocks of a chunk are written on several lanes. */
final class LoadStep implements ItemReader<Integer>, ItemWriter<Integer>, StepExecutionListener {

    static final int BLOCKS_PER_LANE = 4;

    private final ImportWork work;
    private final ImportSteps steps;
    private final RunLedger runs;
    private final Function<LoadTask, BlockLoader> loaders;
    private BitSet open = new BitSet();
    private int next;
    private int blocks;
    private int round;
    private long rows;
    private OutcomeCounts counts = OutcomeCounts.NONE;
    private @Nullable BlockLoader loader;
    private @Nullable ExecutorService lanes;

    LoadStep(ImportWork work, ImportSteps steps, RunLedger runs, Function<LoadTask, BlockLoader> loaders) {
        this.work = work;
        this.steps = steps;
        this.runs = runs;
        this.loaders = loaders;
    }

    @Override
    public void beforeStep(StepExecution stepExecution) {
        Optional<ImportSteps.Load> load = steps.load();
        next = 0;
        rows = 0;
        open = load.map(ImportSteps.Load::open).orElseGet(BitSet::new);
        blocks = load.map(ImportSteps.Load::blocks).orElse(0);
        round = load.map(due -> due.task().round()).orElse(0);
        counts = load.isPresent() ? steps.counts() : OutcomeCounts.NONE;
        loader = load.map(due -> loaders.apply(due.task())).orElse(null);
        lanes = Executors.newFixedThreadPool(
                work.pace().lanes(),
                Thread.ofPlatform().daemon().name("load-", 0).factory());
    }

    @Override
    public @Nullable Integer read() {
        int block = open.nextSetBit(next);
        if (block < 0) {
            return null;
        }

        next = block + 1;
        return block;
    }

    @Override
    public void write(Chunk<? extends Integer> chunk) throws Exception {
        BlockLoader writer = loader;
        ExecutorService executor = lanes;
        if (writer == null || executor == null) {
            return;
        }

        List<? extends Integer> numbers = chunk.getItems();
        AtomicInteger taken = new AtomicInteger();
        List<Future<List<BlockResult>>> running = new ArrayList<>();
        for (int lane = 0; lane < Math.min(work.pace().lanes(), numbers.size()); lane++) {
            running.add(executor.submit(() -> loadSome(writer, numbers, taken)));
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

        runs.progress(work.lease().run().number(), work.lease().epoch(), steps.rowsRead(), counts);
        work.progress().at(rows, (double) next / Math.max(1, blocks));
    }

    private List<BlockResult> loadSome(BlockLoader writer, List<? extends Integer> numbers, AtomicInteger taken) {
        List<BlockResult> results = new ArrayList<>();
        try (BlockFile file = BlockFile.open(work.sideFile(round))) {
            for (int i = taken.getAndIncrement(); i < numbers.size(); i = taken.getAndIncrement()) {
                if (work.lease().isToStop()) {
                    break;
                }

                writer.load(file.block(numbers.get(i))).ifPresent(results::add);
            }
        }

        return results;
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution stepExecution) {
        ExecutorService executor = lanes;
        if (executor != null) {
            executor.close();
        }

        return null;
    }
}
