package io.muster.cli;

import io.muster.support.Refusal;
import java.util.Map;

/** What a person at the command line can do about a refusal, by its code. */
final class Advice {

    private static final Map<String, String> BY_CODE = Map.ofEntries(
            Map.entry("UNKNOWN_DIRECTORY", "The command directories list shows all."),
            Map.entry("UNKNOWN_LIST", "The command lists list shows those of a directory."));

    private Advice() {}

    /** The sentence of a refusal with the advice that fits it. */
    static String text(Refusal refusal) {
        String advice = BY_CODE.get(refusal.code());
        return advice == null ? refusal.getMessage() : refusal.getMessage() + " " + advice;
    }
}
