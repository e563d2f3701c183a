package io.muster.cli;

import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import java.util.Map;

/** What a person at the command line can do about a refusal, by its code. */
final class Advice {

    private static final Map<String, String> BY_CODE = Map.ofEntries(
            Map.entry("UNKNOWN_DIRECTORY", "The command directories list shows all."),
            Map.entry("UNKNOWN_LIST", "The command lists list shows those of a directory."),
            Map.entry("UNKNOWN_SEGMENT", "The command segments list shows those of a directory."),
            Map.entry("UNKNOWN_FREQUENCY_RULE", "The command frequency list shows those of a directory."),
            Map.entry("UNKNOWN_PROJECT", "The command projects list shows all."),
            Map.entry("UNKNOWN_INTERCEPT", "The command intercepts list shows those of a project."),
            Map.entry("UNKNOWN_MERGE", "The command duplicates list shows all."),
            Map.entry("NO_REFERENCE_RULE", "The command directories rules {directory} shows and sets them."),
            Map.entry("USES_HELD", "The command segments publish {segment} does."),
            Map.entry("UNKNOWN_RUN", "The command runs shows all."),
            Map.entry("RUN_UNDER_WAY", "The command runs stop {run} stops it."),
            Map.entry("RUN_NOT_READ", "The command runs show {run} shows how it stands."),
            Map.entry(RunTakenOver.CODE, "The command runs show {run} shows how it stands."),
            Map.entry(
                    "TABLES_OUTDATED",
                    "The command database migrate makes them, with an account that may change tables."),
            Map.entry("DATABASE_LOST", "The command runs resume {run} goes on with it."),
            Map.entry("HELD_BACK", "The command runs resume {run} resumes it."),
            Map.entry("FILE_PENDING", "The command runs show {run} says why, runs resume {run} resumes it."),
            Map.entry("FILE_TAKEN", "The command runs lists the runs."),
            Map.entry("UNKNOWN_TOKEN", "The command tokens list shows all."),
            Map.entry("UNKNOWN_NOTIFICATION", "The command notifications list shows those that have not arrived."),
            Map.entry("NEWER_FILE_COMPLETED", "The option --force insists."));

    private Advice() {}

    /** The sentence of a refusal with the advice that fits it. */
    static String text(Refusal refusal) {
        String advice = BY_CODE.get(refusal.code());
        if (advice == null) {
            return refusal.getMessage();
        }

        for (Map.Entry<String, String> argument : refusal.arguments().entrySet()) {
            advice = advice.replace("{" + argument.getKey() + "}", argument.getValue());
        }

        return refusal.getMessage() + " " + advice;
    }
}
