package io.muster.automation.contactimport;

import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.ContactImportJob.Order;
import io.muster.extract.source.Choice;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.Choice.PassedOver;
import io.muster.extract.source.Choice.Reason;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Deliveries.State;
import io.muster.support.Visible;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the sources of jobs: which files are to be taken, which come too late, which are passed over and why. What is
 * late or passed over is noted, and logged once.
 */
final class SourceLooks {

    private static final Logger LOG = LoggerFactory.getLogger(SourceLooks.class);

    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final Deliveries deliveries;
    private final LastLooks last;
    private final FileSelection selection;
    private final InstantSource clock;

    /** What a look has found: files to take now, and files passed over that a person may want to know of. */
    record Seen(List<Chosen> take, List<PassedOver> passedOver) {}

    SourceLooks(Deliveries deliveries, LastLooks last, FileSelection selection, InstantSource clock) {
        this.deliveries = deliveries;
        this.last = last;
        this.selection = selection;
        this.clock = clock;
    }

    /** A file as the ledger of deliveries knows it, with the date by which its job orders files. */
    static Listed listed(FileImport job, SourceFile file) {
        return Listed.of(file).dated(job.files().date(file.name()));
    }

    /** Looks at the source of a job. */
    Seen look(FileImport job, long automation, FileSource source, Repull repull) {
        Map<SourceFile, Standing> standings = new HashMap<>();
        Choice choice = selection.choose(source, job.files(), file -> switch (repull) {
            case NEW_ONLY -> standings.computeIfAbsent(file, one -> standing(job, automation, one)) != Standing.OPEN;
            case FORCED -> isSettled(automation, file);
            case ALL -> false;
        });
        List<PassedOver> passedOver = choice.passedOver().stream()
                .map(one -> standings.get(one.file()) == Standing.TRIED
                        ? new PassedOver(one.file(), Reason.NOT_OPENED)
                        : one)
                .filter(one -> one.reason().isNotable())
                .toList();
        List<Chosen> take = new ArrayList<>();
        for (Chosen chosen : choice.take()) {
            if (repull == Repull.NEW_ONLY && isLate(job, automation, chosen.file())) {
                wait(job, automation, chosen.file());
            } else {
                take.add(chosen);
            }
        }

        forgetVanished(automation, source);
        return new Seen(take, passedOver);
    }

    /** What a run would take next; nothing is noted. */
    Optional<Chosen> next(FileImport job, long automation, FileSource source) {
        return selection
                .choose(source, job.files(), file -> standing(job, automation, file) != Standing.OPEN)
                .take()
                .stream()
                .filter(chosen -> !isLate(job, automation, chosen.file()))
                .findFirst();
    }

    /** What a run would take now as far as one look says; nothing is noted. */
    List<Chosen> upcoming(FileImport job, long automation, FileSource source) {
        return job
                .files()
                .choose(source.list(), file -> standing(job, automation, file) != Standing.OPEN)
                .take()
                .stream()
                .filter(chosen -> !isLate(job, automation, chosen.file()))
                .toList();
    }

    /**
     * Notes and logs what a look has passed over.
     *
     * @param heldBack what it would have taken, but a failed run of an older file holds back
     */
    void note(FileImport job, long automation, Seen seen, List<Chosen> heldBack) {
        List<PassedOver> all = new ArrayList<>(seen.passedOver());
        heldBack.forEach(chosen -> all.add(new PassedOver(chosen.file(), Reason.HELD_BACK)));
        last.note(automation, all).forEach(one -> log(job, one));
    }

    /** Imported, or given up by a person: what is forced is what no run has brought in. */
    private boolean isSettled(long automation, SourceFile file) {
        return deliveries
                .newest(automation, Listed.of(file))
                .filter(delivery -> switch (delivery.state()) {
                    case IMPORTED, SETTLED, SKIPPED, ABANDONED -> true;
                    case WAITING, TAKEN, GONE -> false;
                })
                .isPresent();
    }

    private enum Standing {
        /** A run may take it. */
        OPEN,
        /** It was listed but not there, several times; the next try is still to come. */
        TRIED,
        /** It is settled, a run has it, or it waits for a person. */
        KNOWN
    }

    private Standing standing(FileImport job, long automation, SourceFile file) {
        Optional<Delivery> newest = deliveries.newest(automation, Listed.of(file));
        if (newest.isEmpty()) {
            return Standing.OPEN;
        }

        Delivery delivery = newest.get();
        if (delivery.isWaiting()) {
            return isLate(job, automation, file) ? Standing.KNOWN : Standing.OPEN;
        }

        return delivery.state() != State.GONE
                ? Standing.KNOWN
                : clock.instant().isBefore(nextTry(delivery)) ? Standing.TRIED : Standing.OPEN;
    }

    /** At once the first time; then after 2, 4, 8 … minutes, so that a file that never opens does not fail a run each poll. */
    private static Instant nextTry(Delivery gone) {
        int tries = gone.generation();
        Duration pause =
                tries == 1 ? Duration.ZERO : tries > 11 ? LONGEST_PAUSE : Duration.ofMinutes(1L << (tries - 1));
        return gone.entered().plus(pause);
    }

    private boolean isLate(FileImport job, long automation, SourceFile file) {
        return job.order() == Order.OLDEST_FIRST && deliveries.isLate(automation, listed(job, file));
    }

    private void wait(FileImport job, long automation, SourceFile file) {
        Delivery delivery = deliveries.enterLate(automation, listed(job, file));
        LOG.warn(
                "automation={} delivery={} waits: {} is older than a file that was imported already",
                job.id(),
                delivery.id(),
                Visible.text(file.name()));
    }

    /** A late file that its sender has taken away, or replaced, waits no longer. */
    private void forgetVanished(long automation, FileSource source) {
        List<Delivery> waiting = deliveries.waiting(automation);
        if (waiting.isEmpty()) {
            return;
        }

        List<Listed> listing = source.list().stream().map(Listed::of).toList();
        for (Delivery delivery : waiting) {
            if (listing.stream().noneMatch(delivery.listed()::isSameAs)) {
                var ignored = deliveries.vanished(delivery.id());
            }
        }
    }

    private static void log(FileImport job, PassedOver one) {
        LOG.info(
                "automation={} passes over {}: {}",
                job.id(),
                Visible.text(one.file().name()),
                one.reason().text());
    }
}
