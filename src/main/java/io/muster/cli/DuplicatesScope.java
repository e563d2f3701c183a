package io.muster.cli;

import io.muster.dedup.merge.MergeScope;
import picocli.CommandLine.Option;

/** The option {@code --pending}, to be mixed in. */
final class DuplicatesScope {

    @Option(
            names = "--pending",
            description = "Also by rules that wait for activation, for instance because references stand on several"
                    + " contacts.")
    private boolean pending;

    MergeScope scope() {
        return pending ? MergeScope.PENDING_RULES_TOO : MergeScope.ACTIVE_RULES;
    }
}
