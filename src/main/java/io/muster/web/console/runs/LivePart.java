package io.muster.web.console.runs;

import io.muster.app.RunView;
import io.muster.web.console.page.Viewer;

/** What changes while a run is under way, for pages of other parts that show it: the record of the template {@code live}. */
public final class LivePart {

    private LivePart() {}

    /** Of a run. */
    public static Record of(RunView view, Viewer viewer) {
        return RunController.live(view, viewer);
    }
}
