package io.muster.web.console.segments;

import io.muster.app.ConditionDrafts;
import io.muster.app.ExplainedMembership.Part;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;

/** Conditions as pages show them. */
final class ConditionReading {

    private static final Set<String> GROUPS = Set.of("all", "any", "none");

    private final ConditionDrafts drafts;
    private final Ids ids;

    ConditionReading(ConditionDrafts drafts, Ids ids) {
        this.drafts = drafts;
        this.ids = ids;
    }

    /**
     * A part of a condition with its verdict.
     *
     * @param depth how many groups it is in
     * @param seen what the contact has there; empty where that is not one value
     */
    record Line(int depth, boolean holds, String text, String seen) {}

    String words(Condition<ContactTest> condition) {
        return new ConditionWords(drafts.names(condition), ids).of(condition);
    }

    /** In words; empty when it cannot be read. */
    String words(ParsedCondition parsed) {
        return parsed instanceof ParsedCondition.Good good ? words(good.condition()) : "";
    }

    /** Why it cannot be read; empty when it can. */
    String broken(ParsedCondition parsed) {
        return parsed instanceof ParsedCondition.Broken broken
                ? broken.problems().getFirst().text()
                : "";
    }

    String yaml(String json) {
        try {
            return ConditionYaml.of(ConditionForm.read(json));
        } catch (JacksonException e) {
            // Deeper than is read here: as it is stored, then.
            return json;
        }
    }

    /** All parts, each after the group that it is in. */
    List<Line> lines(Part part) {
        List<Line> lines = new ArrayList<>();
        add(lines, part, 0);
        return lines;
    }

    private void add(List<Line> lines, Part part, int depth) {
        String seen = part.seen();
        lines.add(new Line(depth, part.holds(), text(part.condition()), seen == null ? "" : seen));
        part.parts().forEach(one -> add(lines, one, depth + 1));
    }

    private String text(String condition) {
        if (GROUPS.contains(condition)) {
            return condition + " of";
        }

        String words = words(drafts.read(condition));
        return words.isEmpty() ? condition : words;
    }
}
