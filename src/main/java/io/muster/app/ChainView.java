package io.muster.app;

import io.muster.jobs.Chains;
import io.muster.jobs.Chains.Chain;
import io.muster.jobs.Chains.Step;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain: the tasks of a workflow, each a run that begins when the one before has completed.
 *
 * @param state OPEN, COMPLETED or ABANDONED
 * @param due which task is due, counted from 1; null when the chain has ended
 * @param tasks all tasks, in order
 */
public record ChainView(String state, @Nullable Integer due, Instant started, List<Task> tasks) {

    /**
     * A task.
     *
     * @param run its run, the last one where there were several; null before it begins
     */
    public record Task(String kind, @Nullable String run) {}

    /** The view of a chain. */
    public static ChainView of(Chain chain, Chains chains, Ids ids) {
        List<@Nullable String> runs = new ArrayList<>();
        chain.tasks().forEach(task -> runs.add(null));
        for (Step step : chains.steps(chain)) {
            runs.set(step.task(), ids.run(step.run()));
        }

        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            tasks.add(new Task(chain.tasks().get(i), runs.get(i)));
        }

        return new ChainView(
                chain.state().name(),
                chain.state() == Chains.State.OPEN ? chain.task() + 1 : null,
                Instant.ofEpochMilli(chain.started()),
                List.copyOf(tasks));
    }

    /** All tasks in one line, for people. */
    public String text() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            String run = tasks.get(i).run();
            Integer next = due;
            texts.add(tasks.get(i).kind()
                    + (run != null ? " " + run : "")
                    + (next != null && next == i + 1 ? " (due)" : ""));
        }

        return String.join(", then ", texts);
    }
}
