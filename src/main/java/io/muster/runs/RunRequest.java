package io.muster.runs;

import io.muster.dedup.merge.MergeScope;
import io.muster.jobs.ChainStep;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.ImportDrafts;
import io.muster.jobs.SentContacts;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Sample;
import io.muster.jobs.eligibility.EligibilitySpec;
import io.muster.jobs.fileout.FileOutSpec;
import io.muster.jobs.rebuild.RebuildRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is to be run. */
public sealed interface RunRequest {

    /** Imports a local file: always a new delivery. */
    record ImportFile(Path file, ImportSpec spec) implements RunRequest {}

    /** Imports contacts that a caller has sent; those into one list one after the other, in the order of their arrival. */
    record ImportSent(ImportSpec spec, SentContacts contacts) implements RunRequest {}

    /**
     * Forecasts or imports a file that a person has uploaded, with the settings of its draft; once each.
     *
     * @param draft the draft's numeric id
     */
    record ImportUpload(long draft, ImportDrafts.Step step) implements RunRequest {}

    /**
     * Imports a file of an automation.
     *
     * @param automation the automation's numeric id
     * @param file the file as it was found
     * @param known what happens to a file that was taken before
     * @param step its place in a chain of tasks; null for none
     */
    record ImportDelivery(
            long automation,
            Listed file,
            Known known,
            ImportSpec spec,
            DeliverySource source,
            @Nullable ChainStep step) implements RunRequest {

        /** A run that belongs to no chain of tasks. */
        public ImportDelivery(long automation, Listed file, Known known, ImportSpec spec, DeliverySource source) {
            this(automation, file, known, spec, source, null);
        }

        /** What happens to a file that was taken before. */
        public enum Known {
            /** Nothing: each delivery is taken once. */
            LEAVE,
            /** It is taken again, as a new delivery. */
            TAKE_AGAIN
        }
    }

    /**
     * Tries a file out: a dry run that belongs to no automation, takes no delivery and leaves the file where it is.
     *
     * @param spec the settings, those of a dry run
     * @param sample takes some contacts before and after
     */
    record TryFile(Listed file, ImportSpec spec, DeliverySource source, Sample sample) implements RunRequest {}

    /**
     * Rebuilds segments of a directory. A directory has one rebuild at a time: one that is under way and covers the
     * request is joined, any other waits for its turn.
     *
     * @param automation numeric id of the automation that asks; {@link io.muster.jobs.Deliveries#NO_AUTOMATION} for none
     */
    record Rebuild(RebuildRequest request, long automation) implements RunRequest {}

    /** Merges all duplicates of a directory, going on with a merge of the same scope that was cut off. */
    record Merge(int directory, MergeScope scope) implements RunRequest {}

    /** Gives every contact of a directory its keys under pending rules, going on with a re-key that was cut off. */
    record Rekey(int directory) implements RunRequest {}

    /**
     * Deletes a directory with all that belongs to it. Refused while it is in use: by a run, or by a job file that
     * names it. From then on no other run of the directory starts.
     */
    record Deletion(int directory) implements RunRequest {}

    /**
     * Builds the table of a directory's contacts and publishes its projects with it.
     *
     * @param force whether it may have far fewer contacts than the snapshot before
     */
    record Snapshot(int directory, boolean force) implements RunRequest {}

    /**
     * Writes records into a file elsewhere.
     *
     * @param automation numeric id of the automation that asks
     * @param step its place in a chain of tasks
     */
    record FileOut(int directory, FileOutSpec spec, long automation, ChainStep step) implements RunRequest {}

    /** Says who of a population may be contacted, and reserves them where that is asked. */
    record Eligibility(int directory, EligibilitySpec spec) implements RunRequest {}

    /**
     * Takes back what an import did. Asked for again, the first undo answers; one that was cut off goes on. Refused while
     * the import is under way, and when it changed nothing or what was before it is not kept any longer.
     *
     * @param run the import's numeric id
     */
    record Undo(long run) implements RunRequest {}
}
