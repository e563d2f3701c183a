package io.muster.directory;

import org.jspecify.annotations.Nullable;

/**
 * A response to a survey.
 *
 * @param number tells it from all others; greater for one that was recorded later
 * @param id its id, as its sender gives it, unique in its project
 * @param project the number of its project, which may be deleted
 * @param intercept the number of its intercept, which may be deleted
 * @param directory the directory of its contact; null when it has none
 * @param contact the number of its contact; null for none
 * @param survey the survey that it answers; null for none
 * @param happenedAt epoch milliseconds
 * @param verified whether a token or a signature vouched for it
 * @param answers what was answered, as a JSON object
 * @param embedded the embedded data of its contact when it was recorded, as a JSON object
 */
public record SurveyResponse(
        long number,
        String id,
        long project,
        long intercept,
        @Nullable Integer directory,
        @Nullable Long contact,
        @Nullable String survey,
        long happenedAt,
        boolean verified,
        String answers,
        String embedded) {}
