package io.muster.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that is to be recorded.
 *
 * @param project the number of its project
 * @param id its id, unique in the project
 * @param intercept the number of its intercept
 * @param survey the survey that it answers; null for none
 * @param happenedAt epoch milliseconds
 * @param verified whether a token or a signature vouches for it
 * @param answers what was answered, as a JSON object
 * @param attach names of the embedded data of its contact that it takes along; empty for all
 */
public record NewResponse(
        long project,
        String id,
        long intercept,
        @Nullable String survey,
        long happenedAt,
        boolean verified,
        String answers,
        List<String> attach) {

    /** Copies the list. */
    public NewResponse {
        attach = List.copyOf(attach);
    }

    /** What it is known by. */
    public Key key() {
        return new Key(project, id);
    }

    /** What a response is known by: the number of its project, and its id in it. */
    public record Key(long project, String id) {}
}
