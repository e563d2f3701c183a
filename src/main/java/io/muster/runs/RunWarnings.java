package io.muster.runs;

import io.muster.jobs.Run;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.merge.MergeReport;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a person should know of a run that has not failed for it, one sentence each. The same sentences are shown by every
 * command, in the log and in notifications; none has a value of a row.
 */
public final class RunWarnings {

    private RunWarnings() {}

    /** The warnings of a run, as far as it has reported by now. */
    public static List<String> of(Run run) {
        String report = run.report();
        if (report == null) {
            return List.of();
        }

        return switch (run.kind()) {
            case CONTACT_IMPORT -> ofImport(JsonMapper.shared().readValue(report, ImportReport.class));
            case MERGE -> ofMerge(JsonMapper.shared().readValue(report, MergeReport.class));
            default -> List.of();
        };
    }

    private static List<String> ofImport(ImportReport report) {
        List<String> warnings = new ArrayList<>(report.warnings());
        if (!report.newNames().isEmpty()) {
            warnings.add("New embedded data: " + report.newNamesText() + ".");
        }

        return warnings;
    }

    private static List<String> ofMerge(MergeReport report) {
        return report.tooLarge() == 0 ? List.of() : List.of(tooLarge(report.tooLarge()));
    }

    /** Groups of duplicates that a merge has left alone. */
    static String tooLarge(long groups) {
        return (groups == 1 ? "1 group" : groups + " groups")
                + " of duplicates above the directory's limit " + (groups == 1 ? "was" : "were")
                + " left alone. Look at " + (groups == 1 ? "it" : "them") + " in the preview of its duplicates.";
    }

    /** A merge after an import that has completed did not. */
    static String couldNotMerge(String message) {
        String reason = message.replaceAll("\\s*\\R\\s*", " ").strip();
        return "Cannot merge the duplicates of the directory after this run: " + reason
                + (reason.endsWith(".") ? "" : ".")
                + " Merge them by hand; the next import tries again as well.";
    }
}
