package io.muster.operator;

import io.muster.support.Refusal;
import java.util.Map;

/**
 * How runs are worked on.
 *
 * @param lanes how many blocks are written at once, 1 to 16
 * @param owner names this process in the ledger
 */
record OperatorSettings(int lanes, String owner) {

    private static final String LANES = "MUSTER_LOAD_THREADS";

    static OperatorSettings of(Map<String, String> environment) {
        String text = environment.getOrDefault(LANES, "2").strip();
        int lanes = text.matches("\\d{1,2}") ? Integer.parseInt(text) : 0;
        if (lanes < 1 || lanes > 16) {
            throw Refusal.usage("Cannot use " + LANES + "=" + text
                    + ": it must be a number from 1 to 16. Set it to 2, for example.");
        }

        return new OperatorSettings(lanes, "process " + ProcessHandle.current().pid());
    }
}
