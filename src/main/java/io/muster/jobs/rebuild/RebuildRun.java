package io.muster.jobs.rebuild;

import io.muster.directory.changes.DirectoryGate;
import io.muster.directory.changes.Reading;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunStatus;
import io.muster.jobs.RunStopped;
import io.muster.segment.Segment;
import io.muster.segment.evaluate.Pass;
import io.muster.segment.evaluate.PublishedMembers;
import io.muster.segment.evaluate.Setup;
import io.muster.segment.publish.BlockWriter;
import io.muster.segment.publish.Building;
import io.muster.segment.publish.Built;
import io.muster.segment.publish.Fence;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.OneMoment;
import io.muster.segment.publish.Planned;
import io.muster.segment.publish.VersionBlocks;
import io.muster.support.log.LogContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * What the steps of one attempt at a rebuild share: the moment it reads, the phases it has before it, and what came of
 * it. A moment ends with its process, so an attempt that was cut off is begun anew with another.
 */
final class RebuildRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildRun.class);

    private static final String LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM contact WHERE directory_id = ?";

    private static final Duration REFRESHED_WITHIN = Duration.ofDays(7);
    private static final int BLOCK_BITS = 16;

    private final RebuildWork work;
    private final RebuildStores stores;
    private final Fence fence;
    private final Queue<Phase> phases = new ArrayDeque<>();
    private final AtomicInteger blocksDone = new AtomicInteger();
    private int blocksAhead;
    private long contactsRead;
    private long gateLocked;
    private volatile boolean broken;
    private @Nullable OneMoment moment;
    private Reading.@Nullable Next changes;
    private List<Planned> planned = List.of();

    RebuildRun(RebuildWork work, RebuildStores stores) {
        this.work = work;
        this.stores = stores;
        this.fence = new Fence(
                work.directory().number(),
                work.version(),
                work.lease().run().number(),
                work.lease().run().id(),
                work.lease().epoch());
    }

    /** Fixes the moment and decides what is evaluated. */
    void plan() throws SQLException {
        work.progress().step("plan");
        MDC.put(LogContext.REBUILD, Long.toString(fence.version()));
        int directory = fence.directory();
        if (work.request().kind() == RebuildKind.INCREMENTAL) {
            readChanges(directory);
        }

        OneMoment opened = stores.retry().inTransaction(status -> openMoment(directory));
        work.progress().happened(new RunFact.GateHeld(Duration.ofNanos(System.nanoTime() - gateLocked)));
        stores.runs().fixMoment(work.lease(), opened.asOf().toEpochMilli());
        int blocks = opened.read(connection -> (int) (lastNumber(connection, directory) >>> BLOCK_BITS) + 1);
        if (work.request().kind() != RebuildKind.ALONE) {
            changes = opened.read(connection -> stores.changes().readAll(connection, directory))
                            instanceof Reading.Next next
                    ? next
                    : null;
        }

        stores.retry().inTransaction(status -> {
            decide(opened.asOf(), blocks);
            return planned;
        });
        blocksAhead = phases.stream().mapToInt(RebuildRun::blocks).sum();
        LOG.info(
                "directory={} rebuild={} kind={} segments={} phases={} blocks={}",
                directory,
                fence.version(),
                work.request().kind(),
                planned.size(),
                phases.size(),
                blocksAhead);
    }

    /** Waits for those who write to the directory and keeps further ones out for the milliseconds it takes. */
    private OneMoment openMoment(int directory) {
        // One that an attempt before has opened, and then lost its lock.
        close();
        new DirectoryGate(stores.jdbc()).lockExclusive(directory);
        gateLocked = System.nanoTime();
        try {
            OneMoment opened = OneMoment.open(stores.dataSource(), work.pace().lanes(), stores.clock());
            moment = opened;
            return opened;
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("Cannot open the connections of a rebuild", e);
        }
    }

    /** From here on writers note what they change, so that this and later refreshes can be carried on. */
    private void readChanges(int directory) {
        stores.retry().inTransaction(status -> {
            stores.versions().pass(directory);
            stores.freshness().wanted(directory, stores.clock().millis());
            return status;
        });
        stores.retry().inTransaction(status -> {
            stores.changes().start(directory);
            return status;
        });
    }

    private static long lastNumber(Connection connection, int directory) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_NUMBER)) {
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** In one transaction: definitions and published versions stay as they are until all is entered. */
    private void decide(Instant asOf, int blocks) {
        phases.clear();
        stores.versions().pass(fence.directory());
        RebuildPlan plan = new RebuildPlan(stores.segments(), fence.directory());
        List<Segment> scope = plan.scope(work.request().kind(), work.request().segments());
        List<Building> building =
                stores.versions().begin(fence, scope, asOf, work.request().cause());
        // Contacts at the end may be gone, and their membership is to end as well.
        int ahead = Math.max(blocks, stores.versions().lastBlock(fence.directory()) + 1);
        Map<Long, Building> buildings = new HashMap<>();
        building.forEach(one -> buildings.put(one.segment(), one));
        var conditions = plan.conditions(scope);
        planned = scope.stream()
                .map(segment -> new Planned(
                        segment,
                        Objects.requireNonNull(conditions.get(segment.number())),
                        Objects.requireNonNull(buildings.get(segment.number()))))
                .toList();
        Set<Long> whole = whole(plan, blocks);
        List<Planned> carriedOn = planned.stream()
                .filter(one -> !whole.contains(one.segment().number()))
                .toList();
        List<Planned> evaluated = planned.stream()
                .filter(one -> whole.contains(one.segment().number()))
                .toList();
        if (!carriedOn.isEmpty()) {
            carryOn(plan, carriedOn, asOf, ahead);
        }

        if (!evaluated.isEmpty()) {
            PublishedMembers others = carriedOn.isEmpty() ? published(plan) : justBuilt(carriedOn);
            phases.add(phase("evaluate", plan, evaluated, new View(asOf, others), ahead, null));
        }
    }

    private record View(Instant asOf, PublishedMembers others) {}

    private Phase phase(
            String name,
            RebuildPlan plan,
            List<Planned> some,
            View view,
            int blocks,
            @Nullable SortedMap<Integer, RoaringBitmap> changed) {
        Setup setup = new Setup(fence.directory(), work.directory().timeZone(), view.asOf(), view.others());
        Pass pass = Pass.compile(
                setup, plan.conditions(some.stream().map(Planned::segment).toList()));
        List<Building> building = some.stream().map(Planned::building).toList();
        return new Phase(name, pass, new BlockWriter(stores.jdbc(), fence, building), blocks, changed);
    }

    /** Those evaluated over all contacts. */
    private Set<Long> whole(RebuildPlan plan, int blocks) {
        Set<Long> all =
                Set.copyOf(planned.stream().map(one -> one.segment().number()).toList());
        Reading.Next read = changes;
        if (work.request().kind() != RebuildKind.INCREMENTAL
                || read == null
                || RebuildPlan.isLargeChange(
                        read.contacts().numbers().getLongCardinality(), (long) blocks << BLOCK_BITS)) {
            return all;
        }

        Freshness.Mark mark = stores.freshness().of(fence.directory()).orElseThrow();
        return plan.toBeEvaluatedWhole(
                mark,
                read.epoch(),
                work.directory().timeZone().getId(),
                stores.freshness().publishedRevisions(fence.directory()));
    }

    private void carryOn(RebuildPlan plan, List<Planned> carriedOn, Instant asOf, int blocks) {
        SortedMap<Integer, RoaringBitmap> changed =
                byBlock(Objects.requireNonNull(changes).contacts().numbers());
        carriedOn.forEach(one -> stores.versions().carryOver(fence, one.building(), changed.keySet()));
        if (!changed.isEmpty()) {
            View view = new View(asOf, PublishedMembers.NONE);
            int ahead = Math.max(blocks, changed.lastKey() + 1);
            phases.add(phase("refresh", plan, carriedOn, view, ahead, changed));
        }
    }

    private static SortedMap<Integer, RoaringBitmap> byBlock(Roaring64NavigableMap numbers) {
        SortedMap<Integer, RoaringBitmap> blocks = new TreeMap<>();
        numbers.forEach(number -> blocks.computeIfAbsent((int) (number >>> BLOCK_BITS), block -> new RoaringBitmap())
                .add((int) (number & 0xFFFF)));
        return blocks;
    }

    /** Segments outside of the rebuild are what readers see. */
    private PublishedMembers published(RebuildPlan plan) {
        VersionBlocks blocks = new VersionBlocks(fence.directory(), plan.published());
        return blocks::block;
    }

    /** What the phase before has written, which the moment does not show. */
    private PublishedMembers justBuilt(List<Planned> some) {
        Map<Long, Long> versions = new HashMap<>();
        some.forEach(one -> versions.put(one.segment().number(), fence.version()));
        VersionBlocks blocks = new VersionBlocks(fence.directory(), versions);
        return (ignored, segment, block) -> {
            try (Connection connection = stores.dataSource().getConnection()) {
                return blocks.block(connection, segment, block);
            }
        };
    }

    private static int blocks(Phase phase) {
        SortedMap<Integer, RoaringBitmap> changed = phase.changed();
        return changed == null ? phase.blocks() : changed.size();
    }

    /** The phase that is evaluated next; null when all are done. */
    @Nullable
    Phase phase() {
        return phases.peek();
    }

    /** The phase is done. */
    void phaseDone() {
        phases.poll();
    }

    int blocksPerPartition() {
        Phase phase = phases.peek();
        return work.pace().blocksPerPartition(phase == null ? 1 : phase.blocks());
    }

    int lanes() {
        return work.pace().lanes();
    }

    /** Evaluates and writes a range of blocks of the phase. */
    void evaluate(int first, int last) throws SQLException {
        work.progress().step("evaluate");
        Phase phase = Objects.requireNonNull(phases.peek());
        boolean done = false;
        try {
            Objects.requireNonNull(moment).read(connection -> {
                evaluate(phase, connection, first, last);
                return phase;
            });
            done = true;
        } finally {
            // The other lanes need not go on either.
            if (!done) {
                broken = true;
            }
        }
    }

    private void evaluate(Phase phase, Connection connection, int first, int last) throws SQLException {
        SortedMap<Integer, RoaringBitmap> changed = phase.changed();
        if (changed != null) {
            phase.pass()
                    .evaluateOnly(
                            connection,
                            changed.subMap(first, last + 1),
                            block -> write(
                                    block.contacts().getCardinality(),
                                    () -> phase.writer()
                                            .carryOn(
                                                    block.block(),
                                                    block.members(),
                                                    Objects.requireNonNull(changed.get(block.block())))));
            return;
        }

        BitSet met = new BitSet();
        phase.pass().evaluate(connection, first, last, block -> {
            met.set(block.block());
            write(block.contacts().getCardinality(), () -> phase.writer().write(block.block(), block.members()));
        });
        for (int block = met.nextClearBit(first); block <= last; block = met.nextClearBit(block + 1)) {
            int empty = block;
            write(0, () -> phase.writer().writeEmpty(empty));
        }
    }

    private void write(long contacts, Runnable writing) {
        if (broken || work.lease().stopRequested()) {
            throw new RunStopped();
        }

        stores.retry().inTransaction(status -> {
            writing.run();
            return status;
        });
        advance(contacts);
    }

    private synchronized void advance(long contacts) {
        double share = Math.min(1, blocksDone.incrementAndGet() / (double) Math.max(1, blocksAhead));
        contactsRead += contacts;
        work.progress().at(contactsRead, share);
    }

    /** Switches readers to what was built; the rebuild is done with it. */
    void publish() {
        if (work.lease().stopRequested()) {
            throw new RunStopped();
        }

        work.progress().step("publish");
        stores.retry().inTransaction(status -> {
            List<Built> published = stores.publishing().publish(fence, planned);
            movePastChanges();
            boolean held = published.stream().anyMatch(Built::isHeld);
            stores.rebuilds().report(work.lease().run(), new RebuildReport(fence.version(), contactsRead, held));
            stores.runs().finish(work.lease(), RunStatus.COMPLETED, null);
            return published;
        });
    }

    /** What changed has been dealt with. A reader that was overtaken meanwhile has another epoch the next time. */
    private void movePastChanges() {
        Reading.Next read = changes;
        if (work.request().kind() != RebuildKind.ALONE && read != null) {
            stores.freshness()
                    .refreshed(fence, read.epoch(), work.directory().timeZone().getId());
            stores.changes().done(read);
        }
    }

    /** Removes what nobody can be switched to any more. */
    void clean() {
        List<Planned> cleaned = new ArrayList<>(planned);
        for (Planned one : cleaned) {
            stores.retry().inTransaction(status -> {
                stores.versions().clean(fence.directory(), one.segment().number());
                return status;
            });
        }

        Long wanted = stores.freshness()
                .of(fence.directory())
                .map(Freshness.Mark::incrementalAt)
                .orElse(null);
        boolean unused = wanted == null || wanted < stores.clock().millis() - REFRESHED_WITHIN.toMillis();
        // A refresh that nobody asks for any more needs no changes.
        if (work.request().kind() == RebuildKind.FULL && changes != null && unused) {
            stores.retry().inTransaction(status -> {
                stores.changes().end(fence.directory());
                return status;
            });
        }

        stores.changes().keepUp(fence.directory());
    }

    @Override
    public void close() {
        OneMoment opened = moment;
        if (opened != null) {
            opened.close();
            moment = null;
        }
    }
}
