package io.muster.cli;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.server.AutomationConfiguration;

/** Where commands find the job files that need no database: in the folder that the server takes. */
final class JobFolderOption {

    private JobFolderOption() {}

    static JobFiles files(Terminal terminal) {
        // Beans are made when they are asked for; this one reads the settings and opens nothing.
        try (AppContext context = AppContext.open(terminal, AutomationConfiguration.class)) {
            return context.get(JobFiles.class);
        }
    }
}
