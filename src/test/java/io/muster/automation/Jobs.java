package io.muster.automation;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Job files for tests. */
public final class Jobs {

    private Jobs() {}

    /** The text of a job that takes files of a folder, with more keys behind. */
    public static String text(String id, String more) {
        return """
                kind: contact-import
                id: %s
                name: Nightly contacts
                source: {type: folder, folder: inbox}
                target: {directory: Customers}
                """.formatted(id) + more;
    }

    /** Writes and loads such a job. */
    public static JobFile job(Path folder, String id, String more) throws IOException {
        Path file = Files.writeString(folder.resolve(id + ".yaml"), text(id, more));
        return new JobFiles(folder).load(file).job();
    }
}
