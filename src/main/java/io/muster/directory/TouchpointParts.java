package io.muster.directory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a touchpoint consists of beside its time.
 *
 * @param channel how the person was contacted
 * @param kind what happened
 * @param survey id of the survey it was about, as its sender gives it, like all ids here
 * @param intercept id of the intercept that was shown
 * @param project id of the website or app where that was
 * @param display id of that one display
 * @param session id of the visit in which it happened
 */
public record TouchpointParts(
        TouchpointChannel channel,
        TouchpointKind kind,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String project,
        @Nullable String display,
        @Nullable String session) {

    /** Greatest length of the ids, in code points. */
    public static final int MAX_ID = 100;

    // Touchpoints that have no part of those that came later have the text that they always had.
    private static final int ORIGINAL = 4;

    /** A touchpoint without ids. */
    public static TouchpointParts of(TouchpointChannel channel, TouchpointKind kind) {
        return new TouchpointParts(channel, kind, null, null, null, null, null);
    }

    /** The parts as they are stored, in the order of this record. */
    public List<@Nullable String> values() {
        return Collections.unmodifiableList(
                Arrays.asList(channel.word(), kind.word(), survey, intercept, project, display, session));
    }

    /** All that tells a touchpoint with these stored parts from another one of the same contact and moment, as one text. */
    public static String text(List<@Nullable String> values) {
        boolean isOriginal = values.stream().skip(ORIGINAL).allMatch(value -> value == null);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < (isOriginal ? ORIGINAL : values.size()); i++) {
            String value = values.get(i);
            text.append(i == 0 ? "" : "\n").append(value == null ? "" : value);
        }

        return text.toString();
    }
}
