package io.muster.segment.condition;

import io.muster.segment.condition.GroupReader.Kind;
import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Node.Keys;
import io.muster.support.document.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what a transaction must say: groups and tests of its fields. */
final class EventReader implements GroupReader.Language<EventCondition> {

    private final Problems problems;
    private final Operands operands;
    private final ValueTests tests;

    EventReader(Problems problems, Operands operands, ValueTests tests) {
        this.problems = problems;
        this.operands = operands;
        this.tests = tests;
    }

    @Override
    public Optional<Kind> group(Keys keys) {
        return Arrays.stream(Kind.values())
                .filter(kind -> keys.entries().containsKey(kind.key()))
                .findFirst();
    }

    @Override
    public EventCondition group(Kind kind, List<EventCondition> parts) {
        return switch (kind) {
            case ALL -> new EventCondition.All(parts);
            case ANY -> new EventCondition.Any(parts);
            case NONE -> new EventCondition.None(parts);
        };
    }

    @Override
    public Optional<? extends EventCondition> test(Keys keys, DocumentPath path) {
        for (String key : keys.entries().keySet()) {
            if (!key.equals("field") && !key.equals("as") && Operator.byKey(key).isEmpty()) {
                problems.add(
                        keys.entries().get(key).keyPlace(),
                        path.key(key),
                        "is no key here. Write {field: NAME, as: text|number|date, OPERATOR: VALUE}, or a group");
            }
        }

        Entry field = keys.entries().get("field");
        if (field == null) {
            problems.add(keys.place(), path, "names no field of the transaction. Write {field: NAME, OPERATOR: VALUE}");
            return Optional.empty();
        }

        Optional<String> name = operands.name(field.value(), path.key("field"));
        Optional<? extends ValueTest> test = tests.test(keys, path, tests.form(keys.entries(), path, Form.TEXT));
        return name.isEmpty() || test.isEmpty()
                ? Optional.empty()
                : Optional.of(new EventCondition.FieldTest(name.get(), test.get()));
    }
}
