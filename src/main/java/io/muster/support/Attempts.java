package io.muster.support;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Pieces of work that do not depend on each other: one that fails does not keep the others from being done. */
public final class Attempts {

    private final List<RuntimeException> failures = new ArrayList<>();

    /** Does a piece; when it fails, that is said by {@link #end}. */
    public void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    /** Fails when a piece failed: as it did where it was the only one, else with the messages of all. */
    public void end() {
        if (!failures.isEmpty()) {
            RuntimeException failure = failures.stream()
                    .filter(one -> !(one instanceof Refusal))
                    .findFirst()
                    .orElseGet(this::refusal);
            failures.stream().filter(one -> !one.equals(failure)).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private RuntimeException refusal() {
        return failures.size() == 1
                ? failures.getFirst()
                : Refusal.failed(
                        "SEVERAL_FAILED",
                        failures.stream().map(RuntimeException::getMessage).collect(Collectors.joining(" ")));
    }
}
