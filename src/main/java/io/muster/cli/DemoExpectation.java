package io.muster.cli;

import io.muster.support.Refusal;
import java.util.List;
import java.util.Map;

/**
 * What the imports of the sample files must come to, as {@code sample-data/expected.json} says.
 *
 * @param example reference of the contact that is shown
 */
record DemoExpectation(String example, List<Day> files) {

    /**
     * One file.
     *
     * @param rejects rejected rows by code
     */
    record Day(
            String file,
            long read,
            long created,
            long updated,
            long unchanged,
            long rejected,
            long skipped,
            Map<String, Long> rejects) {

        /** Refuses to go on when a run came to something else. */
        void check(DemoRun run) {
            String expected = "COMPLETED: " + counts(read, created, updated, unchanged, rejected, skipped);
            String found = run.status() + ": "
                    + counts(run.read(), run.created(), run.updated(), run.unchanged(), run.rejected(), run.skipped());
            same("the run of " + file, expected, found);
        }

        private static String counts(
                long read, long created, long updated, long unchanged, long rejected, long skipped) {
            return "read %d, created %d, updated %d, unchanged %d, rejected %d, skipped %d"
                    .formatted(read, created, updated, unchanged, rejected, skipped);
        }
    }

    /** Refuses to go on when something is not as it must be. */
    static void same(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw Refusal.failed(
                    "Cannot finish the demo: %s should have given %s, but gave %s. This is a fault in Muster; keep the demo's folder and report it."
                            .formatted(what, expected, found));
        }
    }
}
