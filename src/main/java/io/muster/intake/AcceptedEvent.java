package io.muster.intake;

import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event that was accepted, with all that recording it needs: whatever changes afterwards, it means what it meant when it
 * came.
 *
 * @param outcome what came of it where that is known already; null for one that is to be recorded
 * @param count what it is counted under; null for nothing
 * @param kind of a touchpoint; of a response always the same
 * @param directory the number of the directory; 0 when it is not to be recorded
 * @param contact the number of the contact; null to go by the reference
 * @param reference the reference; null to go by the contact, and when it is not to be recorded
 * @param source where it comes from
 * @param key its key in that source
 * @param display the id of the display; null for none
 * @param at when it happened, epoch milliseconds
 * @param response what it says as a response; null for a touchpoint
 */
record AcceptedEvent(
        @Nullable EventOutcome outcome,
        @Nullable Count count,
        TouchpointKind kind,
        TouchpointChannel channel,
        int directory,
        @Nullable Long contact,
        @Nullable String reference,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String project,
        @Nullable String display,
        String source,
        String key,
        long at,
        @Nullable Response response) {

    /**
     * What an event is counted under.
     *
     * @param project the number of the project
     * @param intercept the number of the intercept
     */
    record Count(long project, long intercept) {}

    /**
     * What a response says.
     *
     * @param verified whether a token or a signature vouches for it
     * @param answers a JSON object
     * @param attach names of the embedded data of its contact that it takes along; empty for all
     */
    record Response(boolean verified, String answers, List<String> attach) {}

    /** What it is called where it is counted. */
    String word() {
        return response == null ? kind.word() : "response";
    }

    /** Whether there is anything to write. */
    boolean isToBeWritten() {
        return outcome == null || count != null;
    }
}
