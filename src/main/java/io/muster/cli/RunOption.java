package io.muster.cli;

import io.muster.runs.RunService;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The run that a command is about, and whether order is overruled; to be mixed in. */
final class RunOption {

    @Parameters(paramLabel = "RUN", description = "The run, by its id (RN_…).")
    private String run;

    /** The run's public id as given. */
    String id() {
        return run;
    }

    /** The option {@code --force}, to be mixed in. */
    static final class ForceOption {

        @Option(names = "--force", description = "Also when a newer file has been imported since.")
        private boolean force;

        RunService.Force force() {
            return force ? RunService.Force.YES : RunService.Force.NO;
        }
    }
}
