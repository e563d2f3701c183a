package io.muster.bench;

import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision inside the process about a random contact, beside one load from memory that depends on the one before. The tree
 * is named by the property {@code muster.bench.tree}, the number of its contacts by {@code muster.bench.contacts}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(2)
public class DecisionMicrobenchmark {

    /** 512 MB. */
    private static final int LOADS = 64 << 20;

    private static final int QUESTIONS = 1 << 16;

    private final Arena arena = Arena.ofShared();
    private final DecisionCall call = new DecisionCall();
    private final Decider decider = new Decider(() -> 0);
    private final SplittableRandom random = new SplittableRandom(4711);
    private final byte[][] references = new byte[QUESTIONS][];
    private List<ProjectInUse> projects = List.of();
    private long[] next = {};
    private int place;
    private int question;

    /** Opens the table, and makes one circle through the whole array. */
    @Setup
    public void open() throws IOException {
        SnapshotFolder folder = new SnapshotFolder(Path.of(System.getProperty("muster.bench.tree")));
        String project = SampleTree.PROJECTS.getFirst();
        Manifest manifest = Manifest.fromJson(folder.manifest(project).orElseThrow());
        Manifest.Table table = Objects.requireNonNull(manifest.table());
        SnapshotTable opened = SnapshotTable.open(folder.of(project).resolve(table.file()), arena, table);
        projects = List.of(new ProjectInUse(folder.read(project, manifest).definition(), new LiveTable(opened)));
        call.at(manifest.moment());
        long contacts = Long.getLong("muster.bench.contacts");
        for (int i = 0; i < QUESTIONS; i++) {
            references[i] = SampleTree.reference(random.nextLong(contacts)).getBytes(StandardCharsets.UTF_8);
        }

        next = circle(random);
    }

    /** Sattolo's algorithm: a permutation that is one circle. */
    private static long[] circle(SplittableRandom random) {
        long[] next = new long[LOADS];
        for (int i = 0; i < LOADS; i++) {
            next[i] = i;
        }

        for (int i = LOADS - 1; i > 0; i--) {
            int other = random.nextInt(i);
            long kept = next[i];
            next[i] = next[other];
            next[other] = kept;
        }

        return next;
    }

    /** One decision about a contact that has most likely not been asked about before. */
    @Benchmark
    public boolean decision() {
        question = question + 1 & QUESTIONS - 1;
        call.reference().begin();
        for (byte one : references[question]) {
            call.reference().append(one);
        }

        call.referenceWritten();
        decider.decide(call, projects);
        return decider.isShown(0);
    }

    /** The address of the next load is what this one brings. */
    @Benchmark
    public int load() {
        place = (int) next[place];
        return place;
    }

    /** Closes the table. */
    @TearDown
    public void close() {
        arena.close();
    }
}
