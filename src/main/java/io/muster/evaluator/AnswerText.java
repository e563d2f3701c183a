package io.muster.evaluator;

import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.InterceptDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Answers as JSON. Written by hand: there are few words in them, and each request has one. */
final class AnswerText {

    private final StringBuilder json = new StringBuilder(256);

    private AnswerText() {}

    static byte[] error(String code, String message, @Nullable String field) {
        AnswerText text = new AnswerText();
        text.json.append("{\"error\":{\"code\":");
        text.quote(code);
        text.json.append(",\"message\":");
        text.quote(message);
        text.json.append(",\"field\":");
        text.quote(field);
        text.json.append("}}");
        return text.bytes();
    }

    /** What the answer says beside its decisions. */
    record Frame(@Nullable String snapshot, boolean stale) {}

    /**
     * The public answer.
     *
     * @param missing intercepts that were asked about and do not exist
     */
    static byte[] decisions(Frame frame, Decider decider, List<String> missing) {
        AnswerText text = begin(frame);
        text.json.append(",\"decisions\":[");
        for (int i = 0; i < decider.size(); i++) {
            text.decision(i, decider.intercept(i).id(), decider.isShown(i));
            text.json.append('}');
        }

        for (int i = 0; i < missing.size(); i++) {
            text.decision(decider.size() + i, missing.get(i), false);
            text.json.append('}');
        }

        text.json.append("]}");
        return text.bytes();
    }

    /** The public answer that shows some intercepts, by the bits of a number, the lowest for the first. */
    static byte[] decisions(Frame frame, List<InterceptDefinition> intercepts, int shown) {
        AnswerText text = begin(frame);
        text.json.append(",\"decisions\":[");
        for (int i = 0; i < intercepts.size(); i++) {
            text.decision(i, intercepts.get(i).id(), (shown >>> i & 1) != 0);
            text.json.append('}');
        }

        text.json.append("]}");
        return text.bytes();
    }

    /**
     * The answer with reasons, for the projects whose debug token was sent.
     *
     * @param age of the first project's snapshot, in seconds; null without one
     * @param explained the projects to explain
     * @param versions the version of each project's snapshot
     */
    static byte[] explained(
            Frame frame,
            @Nullable Long age,
            Decider decider,
            List<String> missing,
            Set<String> explained,
            Function<String, String> versions) {
        AnswerText text = begin(frame);
        text.json.append(",\"snapshotAge\":").append(age).append(",\"decisions\":[");
        for (int i = 0; i < decider.size(); i++) {
            text.decision(i, decider.intercept(i).id(), decider.isShown(i));
            String project = decider.project(i).id();
            if (explained.contains(project)) {
                text.reason(project, versions.apply(project), decider.reason(i).name());
                text.segments(decider.segments(i));
                text.json.append(",\"nextEligible\":");
                text.moment(decider.nextEligible(i));
            }

            text.json.append('}');
        }

        for (int i = 0; i < missing.size(); i++) {
            text.decision(decider.size() + i, missing.get(i), false);
            text.reason(null, null, "INACTIVE");
            text.segments(Map.of());
            text.json.append(",\"nextEligible\":null}");
        }

        text.json.append("]}");
        return text.bytes();
    }

    private static AnswerText begin(Frame frame) {
        AnswerText text = new AnswerText();
        text.json.append("{\"snapshot\":");
        text.quote(frame.snapshot());
        text.json.append(",\"stale\":").append(frame.stale());
        return text;
    }

    private void decision(int index, String intercept, boolean show) {
        json.append(index == 0 ? "{\"intercept\":\"" : ",{\"intercept\":\"")
                .append(intercept)
                .append("\",\"show\":")
                .append(show);
    }

    private void reason(@Nullable String project, @Nullable String snapshot, String reason) {
        json.append(",\"project\":");
        quote(project);
        json.append(",\"snapshot\":");
        quote(snapshot);
        json.append(",\"reason\":\"").append(reason).append('"');
    }

    private void segments(Map<String, Boolean> members) {
        json.append(",\"segments\":{");
        String comma = "";
        for (Map.Entry<String, Boolean> one : members.entrySet()) {
            json.append(comma);
            quote(one.getKey());
            json.append(':').append(one.getValue());
            comma = ",";
        }

        json.append('}');
    }

    private void moment(long millis) {
        if (millis == Long.MIN_VALUE || millis == Long.MAX_VALUE) {
            json.append("null");
        } else {
            json.append('"').append(Instant.ofEpochMilli(millis)).append('"');
        }
    }

    private void quote(@Nullable String text) {
        if (text == null) {
            json.append("null");
            return;
        }

        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }

    private byte[] bytes() {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
