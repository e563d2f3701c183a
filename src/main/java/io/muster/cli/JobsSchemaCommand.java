package io.muster.cli;

import io.muster.automation.jobfile.JobFileSchema;
import picocli.CommandLine.Command;

/** {@code muster jobs schema}: the JSON Schema of job files, for editors. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of job files.",
        footer = {
            "",
            "Editors use it through the first line of a job file:",
            "  # yaml-language-server: $schema=../docs/job-file.schema.json",
            "",
            "Examples:",
            "  muster jobs schema > job-file.schema.json"
        })
final class JobsSchemaCommand implements Runnable {

    private final Terminal terminal;

    JobsSchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        terminal.text().print(new JobFileSchema().json());
    }
}
