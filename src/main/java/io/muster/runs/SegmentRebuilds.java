package io.muster.runs;

import io.muster.directory.Directory;
import io.muster.jobs.Progress;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildLease;
import io.muster.jobs.rebuild.RebuildPace;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.jobs.rebuild.RebuildRequest.Freshness;
import io.muster.jobs.rebuild.RebuildStatus;
import io.muster.jobs.rebuild.RebuildStores;
import io.muster.jobs.rebuild.RebuildWork;
import io.muster.runs.RebuildAnswer.Share;
import io.muster.segment.publish.Built;
import io.muster.segment.publish.RebuildResults;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds of segments as operators see them. A directory has one at a time: who wishes for what a running one covers
 * waits for it and gets its answer, everybody else comes after it. One whose process was lost is begun anew under its
 * number. Work is done in the caller's thread; {@link #stopAll()} ends it at the next safe place.
 */
public final class SegmentRebuilds {

    private static final Duration LOOK = Duration.ofMillis(200);

    /** Segments that are edited again and again while they are built are left to the next rebuild. */
    private static final int FOLLOW_UPS = 5;

    private final RebuildStores stores;
    private final RebuildLauncher launcher;
    private final RebuildResults results;
    private final RebuildPace pace;
    private final String owner;
    private final Set<RebuildLease> leases = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    SegmentRebuilds(RebuildStores stores, RebuildLauncher launcher, RebuildPace pace, String owner) {
        this.stores = stores;
        this.launcher = launcher;
        this.results = new RebuildResults(stores.jdbc());
        this.pace = pace;
        this.owner = owner;
    }

    /** What a wish meets. */
    private sealed interface Entry {

        /** It is for this process to work on. */
        record Own(Rebuild rebuild) implements Entry {}

        /** Another one is under way; it may or may not answer the wish. */
        record UnderWay(Rebuild rebuild, Share share) implements Entry {}
    }

    /** The newest rebuild when a wish came up. */
    private record Seen(long version, int epoch) {

        boolean isBefore(Rebuild rebuild) {
            return rebuild.version() > version || (rebuild.version() == version && rebuild.epoch() > epoch);
        }
    }

    /**
     * Rebuilds, or waits for the rebuild that does, and returns when readers see the result.
     *
     * @throws Refusal (failed) when it failed or was stopped; readers see what they saw before
     */
    public RebuildAnswer rebuild(RebuildRequest request, Progress progress) {
        RebuildAnswer first = once(request, progress);
        Map<Long, Built> built = new LinkedHashMap<>();
        first.segments().forEach(one -> built.put(one.segment(), one));
        for (int round = 0; round < FOLLOW_UPS; round++) {
            List<Long> missing =
                    results.missing(request.directory(), first.rebuild().version(), request.segments());
            if (missing.isEmpty()) {
                break;
            }

            // Changed while it was built, or new since: built alone, from a moment of its own.
            RebuildRequest alone = RebuildRequest.alone(request.directory(), missing, request.cause());
            once(alone, progress).segments().forEach(one -> built.put(one.segment(), one));
        }

        return new RebuildAnswer(first.rebuild(), first.share(), List.copyOf(built.values()));
    }

    private RebuildAnswer once(RebuildRequest request, Progress progress) {
        Seen seen = stores.ledger().latest(request.directory(), 1).stream()
                .findFirst()
                .map(newest -> new Seen(newest.version(), newest.epoch()))
                .orElse(new Seen(0, 0));
        while (true) {
            Entry entry = stores.retry().inTransaction(status -> enter(request, seen));
            switch (entry) {
                case Entry.Own own -> {
                    return answer(work(own.rebuild(), request, progress), Share.OWN);
                }
                case Entry.UnderWay other -> {
                    Rebuild ended = await(other.rebuild(), progress);
                    if (other.share() == Share.JOINED && ended.status().isDone()) {
                        return answer(ended, Share.JOINED);
                    }
                }
            }
        }
    }

    /** Within a transaction: begins a rebuild, goes on with one that was cut off, or finds one under way. */
    private Entry enter(RebuildRequest request, Seen seen) {
        stores.versions().pass(request.directory());
        Optional<Rebuild> newest =
                stores.ledger().latest(request.directory(), 1).stream().findFirst();
        if (newest.isEmpty() || newest.get().status().isDone() || newest.get().status() == RebuildStatus.REPLACED) {
            return new Entry.Own(stores.ledger().enter(request, owner));
        }

        Rebuild rebuild = newest.get();
        if (rebuild.status() == RebuildStatus.RUNNING) {
            boolean answers =
                    rebuild.covers(request) && (request.freshness() == Freshness.RUNNING || seen.isBefore(rebuild));
            return new Entry.UnderWay(rebuild, answers ? Share.JOINED : Share.OWN);
        }

        if (rebuild.isSameAs(request)) {
            return new Entry.Own(stores.ledger().takeOver(rebuild, request, owner));
        }

        stores.ledger().replace(rebuild);
        return new Entry.Own(stores.ledger().enter(request, owner));
    }

    private Rebuild await(Rebuild rebuild, Progress progress) {
        progress.step("waiting for rebuild " + rebuild.version());
        while (true) {
            Rebuild now = find(rebuild);
            if (now.status() != RebuildStatus.RUNNING) {
                return now;
            }

            progress.at(now.contacts(), now.share());
            if (stopping) {
                throw Refusal.failed("Cannot wait for rebuild " + rebuild.version()
                        + " any longer: this process was asked to stop. The rebuild goes on where it runs.");
            }

            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot wait for the rebuild: interrupted. Ask again.", e);
        }
    }

    private Rebuild work(Rebuild rebuild, RebuildRequest request, Progress progress) {
        Directory directory = stores.directories().byNumber(rebuild.directory()).orElseThrow();
        try (RebuildLease lease = new RebuildLease(stores.ledger(), rebuild, stores.clock())) {
            leases.add(lease);
            if (stopping) {
                lease.stop();
            }

            try {
                launcher.launch(new RebuildWork(lease, request, directory, pace, progress));
            } finally {
                leases.remove(lease);
            }
        }

        return find(rebuild);
    }

    private RebuildAnswer answer(Rebuild rebuild, Share share) {
        return new RebuildAnswer(rebuild, share, results.of(rebuild.directory(), rebuild.version()));
    }

    private Rebuild find(Rebuild rebuild) {
        return stores.ledger().find(rebuild.directory(), rebuild.version()).orElseThrow();
    }

    /** The rebuilds of a directory, newest first. */
    public List<Rebuild> latest(int directory, int most) {
        return stores.ledger().latest(directory, most);
    }

    /** The rebuild that runs in a directory; null when none does. */
    public @Nullable Rebuild running(int directory) {
        return latest(directory, 1).stream()
                .filter(rebuild -> rebuild.status() == RebuildStatus.RUNNING)
                .findFirst()
                .orElse(null);
    }

    /** Marks rebuilds whose process was lost; the result is their number. */
    public int markDead() {
        return stores.ledger().markDead();
    }

    /** Asks all rebuilds of this process to stop at the next safe place, and begins no new ones. */
    public void stopAll() {
        stopping = true;
        leases.forEach(RebuildLease::stop);
    }
}
