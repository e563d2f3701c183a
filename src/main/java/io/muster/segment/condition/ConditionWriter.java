package io.muster.segment.condition;

import io.muster.directory.EmbeddedJson;
import io.muster.segment.condition.ContactTest.Membership;
import io.muster.support.Ids;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes conditions as their canonical JSON. */
final class ConditionWriter {

    private final StringBuilder json = new StringBuilder();
    private final Ids ids;

    private ConditionWriter(Ids ids) {
        this.ids = ids;
    }

    static String json(Condition<ContactTest> condition, Ids ids) {
        ConditionWriter writer = new ConditionWriter(ids);
        writer.write(condition, ConditionWriter::test);
        return writer.json.toString();
    }

    private <T> void write(Condition<T> condition, BiConsumer<ConditionWriter, T> test) {
        switch (condition) {
            case Condition.Test<T> one -> test.accept(this, one.test());
            case Condition.Group<T> group -> {
                key('{', group.kind().key()).list(group.parts(), part -> write(part, test));
                json.append('}');
            }
        }
    }

    private void test(ContactTest test) {
        switch (test) {
            case ContactTest.FieldTest one -> {
                key('{', "field").text(one.field().key());
                if (one.field().form() == Form.DATE) {
                    operator(one.test());
                } else {
                    value(one.test());
                }
            }
            case ContactTest.EmbeddedTest one -> {
                key('{', "embedded").text(one.name());
                value(one.test());
            }
            case ContactTest.OptedOut optedOut -> {
                key('{', "optedOut").json.append(optedOut.out());
                optedOut.list().ifPresent(list -> key(',', "list").text(ids.list(list)));
            }
            case ContactTest.ListTest one -> {
                key('{', "list").text(ids.list(one.list()));
                member(one.is());
            }
            case ContactTest.SegmentTest one -> {
                key('{', "segment").text(ids.segment(one.segment()));
                member(one.is());
            }
            case ContactTest.TouchpointsTest one -> {
                key('{', "touchpoints").group(() -> filter(one.of()));
                key(',', "count").group(() -> operator(one.count()));
            }
            case ContactTest.TransactionsTest one -> {
                key('{', "transactions").group(() -> filter(one.of()));
                aggregate(one.aggregate());
            }
        }

        json.append('}');
    }

    private void event(EventTest test) {
        key('{', "field").text(test.field());
        value(test.test());
        json.append('}');
    }

    private void member(Membership is) {
        key(',', is == Membership.MEMBER ? "is" : "isNot").text("member");
    }

    private void filter(TransactionFilter of) {
        of.where().ifPresent(where -> key(',', "where").write(where, ConditionWriter::event));
        of.withinLast().ifPresent(span -> key(',', "withinLast").text(span.toString()));
    }

    private void filter(TouchpointFilter of) {
        texts("channel", of.channels());
        texts("kind", of.kinds());
        texts("survey", of.surveys());
        texts("intercept", of.intercepts());
        of.withinLast().ifPresent(span -> key(',', "withinLast").text(span.toString()));
    }

    private void texts(String key, List<String> texts) {
        if (!texts.isEmpty()) {
            key(',', key).list(texts, this::text);
        }
    }

    private void aggregate(Aggregate aggregate) {
        switch (aggregate) {
            case Aggregate.Count one -> key(',', "count").group(() -> operator(one.test()));
            case Aggregate.Sum one ->
                key(',', "sum").group(() -> {
                    key(',', "field").text(one.field());
                    operator(one.test());
                });
            case Aggregate.Latest one ->
                key(',', "latest").group(() -> {
                    key(',', "field").text(one.field());
                    value(one.test());
                });
        }
    }

    /** The form where it is not text, and the operator. */
    private void value(ValueTest test) {
        if (test.form() != Form.TEXT) {
            key(',', "as").text(test.form().key());
        }

        operator(test);
    }

    private void operator(ValueTest test) {
        key(',', test.operator().key());
        switch (test.operator().follows()) {
            case VALUE, PART, PATTERN, SPAN -> operand(test.operands().getFirst());
            case LIST, PAIR -> list(test.operands(), this::operand);
            case TRUTH -> json.append(true);
        }
    }

    private void operand(Operand operand) {
        switch (operand) {
            case Operand.Text text -> text(text.text());
            case Operand.Decimal number -> json.append(DecimalText.write(number.number()));
            case Moment moment -> text(MomentText.write(moment));
            case Span span -> text(span.toString());
        }
    }

    private ConditionWriter key(char before, String key) {
        json.append(before).append('"').append(key).append("\":");
        return this;
    }

    /** Keys in braces; the comma before the first of them becomes the brace. */
    private void group(Runnable keys) {
        int start = json.length();
        keys.run();
        if (json.length() == start) {
            json.append('{');
        } else {
            json.setCharAt(start, '{');
        }

        json.append('}');
    }

    private <T> void list(List<T> values, Consumer<T> item) {
        json.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                json.append(',');
            }

            item.accept(values.get(i));
        }

        json.append(']');
    }

    private void text(String text) {
        EmbeddedJson.appendText(json, text);
    }
}
