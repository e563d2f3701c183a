package io.muster.web.console.segments;

import io.muster.app.DirectoryView;
import io.muster.app.RunSearch;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a directory's segments are being rebuilt, from the ledger of runs, so that any server can say it. */
final class RebuildState {

    private static final int NEWEST = 5;

    private final RunViews runs;

    RebuildState(RunViews runs) {
        this.runs = runs;
    }

    /**
     * What a page says of rebuilds.
     *
     * @param members as a page of one segment shows them; null on the page of all
     * @param address where a page asks again
     * @param run the one under way; null when none is
     * @param failed the last one, where it did not complete; null else
     */
    record Live(
            @Nullable String members,
            String address,
            @Nullable String run,
            int percent,
            @Nullable String failed,
            String reason) {}

    Live live(DirectoryView directory, @Nullable String members, String address) {
        List<RunView> newest = runs.rows(
                        new RunSearch(directory.id(), null, RunKind.SEGMENT_REBUILD, null, NEWEST), null)
                .items();
        Run open = newest.stream()
                .map(RunView::run)
                .filter(run -> run.status() == RunStatus.QUEUED || run.status() == RunStatus.RUNNING)
                .reduce((one, earlier) -> earlier)
                .orElse(null);
        RunView last = open != null || newest.isEmpty() ? null : newest.getFirst();
        String reason = last == null ? null : last.reason();
        return new Live(
                members,
                address,
                open == null ? null : open.id(),
                open == null ? 0 : (int) Math.round(open.share() * 100),
                last == null || reason == null ? null : last.run().id(),
                reason == null ? "" : reason);
    }
}
