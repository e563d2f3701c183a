package io.muster.runs;

import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.jobs.contactimport.ImportPace;
import io.muster.jobs.rebuild.RebuildPace;
import io.muster.support.Refusal;
import java.util.Map;

/**
 * How runs are worked on.
 *
 * @param pace how imports are cut into portions
 * @param owner names this process in the ledger
 */
record OperatorSettings(ImportPace pace, String owner) {

    private static final String LANES = "MUSTER_LOAD_THREADS";
    private static final String REBUILD_LANES = "MUSTER_REBUILD_THREADS";
    private static final String BLOCK = "MUSTER_LOAD_BLOCK";
    private static final String KEY_MEMORY = "MUSTER_KEY_MEMORY";
    private static final int MEBIBYTE_BITS = 20;

    static OperatorSettings of(Map<String, String> environment) {
        int lanes = number(environment, LANES, 2, 1, 16);
        int block = number(environment, BLOCK, ImportPace.BLOCK_SIZE, 100, 200_000);
        long keyMemory =
                number(environment, KEY_MEMORY, (int) (KeyMemory.DEFAULT_BYTES >> MEBIBYTE_BITS), 1, 1_000_000);
        return new OperatorSettings(
                new ImportPace(
                        lanes,
                        block,
                        ImportPace.ROWS_AT_ONCE,
                        keyMemory << MEBIBYTE_BITS,
                        DirectoryViews.LEAST_ROWS,
                        null),
                "process " + ProcessHandle.current().pid());
    }

    /** How rebuilds of segments are cut into portions. */
    static RebuildPace rebuildPace(Map<String, String> environment) {
        RebuildPace usual = RebuildPace.usual();
        return new RebuildPace(number(environment, REBUILD_LANES, usual.lanes(), 1, 16), usual.partitionsPerLane());
    }

    private static int number(Map<String, String> environment, String name, int usual, int least, int most) {
        String text = environment.getOrDefault(name, Integer.toString(usual)).strip();
        int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : least - 1;
        if (number < least || number > most) {
            throw Refusal.usage("Cannot use " + name + "=" + text + ": it must be a number from " + least + " to "
                    + most + ". Set it to " + usual + ", for example.");
        }

        return number;
    }
}
