package io.muster.jobs.contactimport;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Directory;
import io.muster.directory.store.LineageRuns;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.load.EventSources;
import io.muster.load.SideFile;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One process's work on one run.
 *
 * @param lease the lease on the run
 * @param delivery the file as delivered
 * @param spec the settings of the run
 * @param directory the directory as it is now
 * @param rules its identity rules as they are now, in order
 * @param source where the file comes from
 * @param folder the run's own folder for the spool file and side files
 * @param tuning how the work is cut into portions
 * @param progress receives how far the work has come
 * @param ids the public ids of the installation
 * @param sample takes some contacts before and after, in a dry run; null when nobody wants them
 */
public record ImportWork(
        RunLease lease,
        Delivery delivery,
        ImportSpec spec,
        Directory directory,
        List<IdentityRule> rules,
        DeliverySource source,
        Path folder,
        ImportTuning tuning,
        Progress progress,
        Ids ids,
        @Nullable Sample sample)
        implements RowSettings {

    /** A low guess, to compare sizes of files with numbers of rows. */
    static final int BYTES_PER_ROW = 100;

    /** Copies what it is given. */
    public ImportWork {
        rules = List.copyOf(rules);
    }

    /** Whether the file is known to be hardly more than one portion of rows. */
    boolean isSmall() {
        return spec.extraction() == null
                && delivery.listed().origin() != Deliveries.Origin.RECORDS
                && delivery.listed().size() <= (long) tuning.rowsAtOnce() * BYTES_PER_ROW;
    }

    Path spoolFile() {
        return folder.resolve("input");
    }

    SideFile sideFile(int round) {
        return new SideFile(folder.resolve("survey-" + round));
    }

    /** The name the file was delivered with. */
    String fileName() {
        return delivery.listed().name();
    }

    /** The number of what a caller has sent, if the file is that. */
    OptionalLong sent() {
        return delivery.listed().origin() == Deliveries.Origin.SENT
                ? ids.read(PublicId.SENT_IMPORT, fileName().replaceFirst("\\.csv$", ""))
                : OptionalLong.empty();
    }

    /** The automation whose file it is; null for none. */
    @Nullable
    String automation() {
        ImportSpec.TrialOf trial = spec.trialOf();
        return trial == null ? lease.run().automation() : trial.automation();
    }

    /** Its numeric id; {@link Deliveries#NO_AUTOMATION} for none. */
    long automationNumber() {
        ImportSpec.TrialOf trial = spec.trialOf();
        return trial == null ? delivery.automation() : trial.number();
    }

    /** The beginning of every message: automation, run and file. */
    String where() {
        String automation = lease.run().automation();
        return "run " + lease.run().id() + (automation == null ? "" : " of automation " + automation) + ", file "
                + fileName();
    }

    /** What the lineage of contacts says of the run. */
    LineageRuns.Known forLineage() {
        return new LineageRuns.Known(sourceName(), delivery.path(), lease.run().moment());
    }

    /** The name of the source that the rows speak for; empty for an upload that names none. */
    String sourceName() {
        String own = spec.sourceName();
        String automation = lease.run().automation();
        return own != null ? own : automation == null ? "" : automation;
    }

    /** Where the file's transactions and touchpoints come from. */
    String eventSource() {
        String own = spec.events().source();
        String name = spec.sourceName();
        return own != null ? own : name != null ? name : formerEventSource();
    }

    /** The source that records of the same origin have which were made before ids were kept. */
    String formerEventSource() {
        String automation = automation();
        return automation != null ? automation : EventSources.MANUAL;
    }

    List<Integer> ruleIds() {
        return rules.stream().map(IdentityRule::id).sorted().toList();
    }
}
