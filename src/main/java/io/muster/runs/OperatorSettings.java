package io.muster.runs;

import io.muster.dedup.resolve.DirectoryViews;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.rebuild.RebuildPace;
import io.muster.support.KnownSettings;
import io.muster.support.Machine;
import io.muster.support.Settings;

/**
 * How runs are worked on.
 *
 * @param pace how imports are cut into portions
 * @param sentAtOnce how many imports of sent contacts are worked on at once
 * @param owner names this process in the ledger
 */
record OperatorSettings(ImportTuning pace, int sentAtOnce, String owner) {

    private static final int MEBIBYTE_BITS = 20;
    private static final int MOST_OWNER_CHARS = 100;

    /**
     * Reads {@code muster.load.threads}, {@code muster.load.block}, {@code muster.survey.checkpoint},
     * {@code muster.key.memory} and {@code muster.api.imports}.
     */
    static OperatorSettings of(Settings settings) {
        int lanes = settings.number(KnownSettings.LOAD_THREADS);
        int block = settings.number(KnownSettings.LOAD_BLOCK);
        long keyMemory = settings.number(KnownSettings.KEY_MEMORY);
        return new OperatorSettings(
                new ImportTuning(
                        lanes,
                        block,
                        ImportTuning.ROWS_AT_ONCE,
                        keyMemory << MEBIBYTE_BITS,
                        DirectoryViews.LEAST_ROWS,
                        settings.number(KnownSettings.SURVEY_CHECKPOINT),
                        null),
                settings.number(KnownSettings.API_IMPORTS),
                thisProcess());
    }

    private static String thisProcess() {
        String owner = "process " + ProcessHandle.current().pid() + " on " + Machine.name();
        return owner.substring(0, Math.min(owner.length(), MOST_OWNER_CHARS));
    }

    /** How rebuilds of segments are cut into portions: {@code muster.rebuild.threads}. */
    static RebuildPace rebuildPace(Settings settings) {
        return new RebuildPace(
                settings.number(KnownSettings.REBUILD_THREADS),
                RebuildPace.usual().partitionsPerLane());
    }
}
