package io.muster.runs;

import io.muster.jobs.Progress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A run that this process works on, as those see it who wait for it. */
final class RunWatch implements Progress {

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final List<Progress> watching = new CopyOnWriteArrayList<>();
    private volatile String step = "";

    /** Completed when the run has ended here and all listeners have been told. */
    CompletableFuture<Void> end() {
        return end;
    }

    void add(Progress progress) {
        watching.add(progress);
        if (!step.isEmpty()) {
            progress.step(step);
        }
    }

    @Override
    public void note(String line) {
        watching.forEach(progress -> progress.note(line));
    }

    @Override
    public void step(String name) {
        step = name;
        watching.forEach(progress -> progress.step(name));
    }

    @Override
    public void at(long rows, double share) {
        watching.forEach(progress -> progress.at(rows, share));
    }

    @Override
    public void waiting(String what) {
        watching.forEach(progress -> progress.waiting(what));
    }
}
