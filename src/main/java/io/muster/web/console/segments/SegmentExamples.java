package io.muster.web.console.segments;

import java.util.List;

/** Conditions that a directory without segments may begin with. */
final class SegmentExamples {

    /**
     * A condition to begin with.
     *
     * @param text what it is for
     * @param json the condition
     */
    record Example(String text, String name, String json) {}

    static final List<Example> ALL = List.of(
            new Example(
                    "Who can be asked: has an email address and did not opt out",
                    "Can be asked",
                    "{\"all\":[{\"field\":\"email\",\"isNotEmpty\":true},{\"optedOut\":false}]}"),
            new Example(
                    "Who is new: created within the last 30 days",
                    "New contacts",
                    "{\"all\":[{\"field\":\"created\",\"withinLast\":\"30d\"}]}"),
            new Example(
                    "Who was not asked lately: no touchpoint within the last 90 days",
                    "Not asked lately",
                    "{\"all\":[{\"touchpoints\":{\"withinLast\":\"90d\"},\"count\":{\"is\":0}}]}"));

    private SegmentExamples() {}
}
