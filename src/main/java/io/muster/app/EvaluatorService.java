package io.muster.app;

import io.muster.snapshot.feed.EvaluatorReport;
import io.muster.snapshot.feed.EvaluatorRows;
import java.util.List;

/** What evaluators say of themselves. */
public final class EvaluatorService {

    private final EvaluatorRows rows;

    EvaluatorService(EvaluatorRows rows) {
        this.rows = rows;
    }

    /** The last report of each evaluator that was heard in the last seven days, by name. */
    public List<EvaluatorReport> all() {
        return rows.all();
    }
}
