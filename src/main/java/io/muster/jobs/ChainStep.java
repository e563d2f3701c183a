package io.muster.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a run in a chain of tasks.
 *
 * @param chain the chain; null for a new one that begins with the run
 * @param tasks the kinds of all tasks of the chain
 * @param task which of them the run is, counted from 0
 */
public record ChainStep(@Nullable Long chain, List<String> tasks, int task) {

    /** Copies what it is given. */
    public ChainStep {
        tasks = List.copyOf(tasks);
    }
}
