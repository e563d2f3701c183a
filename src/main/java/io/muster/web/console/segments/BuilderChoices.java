package io.muster.web.console.segments;

import io.muster.app.ConditionDrafts;
import io.muster.app.ConditionDrafts.Choice;
import io.muster.app.ConditionDrafts.DataName;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.segment.condition.Form;
import io.muster.segment.condition.TestedField;
import io.muster.segment.condition.ValueOperator;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the builder offers: the grammar of conditions as it is, and what the directory has.
 *
 * @param operators by the form of the value
 * @param counting those of counts and sums
 */
record BuilderChoices(
        List<Field> fields,
        Map<String, List<Operator>> operators,
        List<Operator> counting,
        List<String> channels,
        List<String> kinds,
        List<Choice> lists,
        List<Choice> segments,
        List<DataName> names) {

    /** @param form how its value is read */
    record Field(String id, String name, String form) {}

    /** @param follows what is written after it */
    record Operator(String id, String name, String follows) {}

    static BuilderChoices of(ConditionDrafts.Choices choices) {
        Map<String, List<Operator>> operators = new LinkedHashMap<>();
        for (Form form : Form.values()) {
            operators.put(form.key(), operators(ValueOperator.of(form)));
        }

        return new BuilderChoices(
                Arrays.stream(TestedField.values())
                        .map(field -> new Field(
                                field.key(),
                                ConditionWords.field(field),
                                field.form().key()))
                        .toList(),
                operators,
                operators(ValueOperator.ofAggregate()),
                Arrays.stream(TouchpointChannel.values())
                        .map(TouchpointChannel::word)
                        .toList(),
                Arrays.stream(TouchpointKind.values()).map(TouchpointKind::word).toList(),
                choices.lists(),
                choices.segments(),
                choices.names());
    }

    private static List<Operator> operators(Collection<ValueOperator> operators) {
        return operators.stream()
                .map(one -> new Operator(
                        one.key(),
                        ConditionWords.choice(one),
                        one.follows().name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
