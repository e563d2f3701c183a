package io.muster.segment.condition;

import io.muster.segment.condition.Condition.Membership;
import io.muster.support.PublicId;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Writes conditions as their canonical JSON, without recursion. */
final class ConditionWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder json = new StringBuilder();

    static String json(Condition condition) {
        ConditionWriter writer = new ConditionWriter();
        writer.write(condition);
        return writer.json.toString();
    }

    /** The word of a group. */
    static String word(Condition.Group group) {
        return switch (group) {
            case Condition.All ignored -> "all";
            case Condition.Any ignored -> "any";
            case Condition.None ignored -> "none";
        };
    }

    private void write(Condition root) {
        // Conditions still to be written, and texts between them.
        Deque<Object> rest = new ArrayDeque<>(List.of(root));
        while (!rest.isEmpty()) {
            switch (rest.pop()) {
                case Condition.Group group -> open(word(group), group.parts(), rest);
                case EventCondition.Group group -> open(word(group), group.parts(), rest);
                case Condition test -> test(test, rest);
                case EventCondition.FieldTest one -> {
                    key('{', "field").text(one.field());
                    value(one.test());
                    json.append('}');
                }
                case Runnable step -> step.run();
                case Object text -> json.append(text);
            }
        }
    }

    private static String word(EventCondition.Group group) {
        return switch (group) {
            case EventCondition.All ignored -> "all";
            case EventCondition.Any ignored -> "any";
            case EventCondition.None ignored -> "none";
        };
    }

    private void open(String word, List<?> parts, Deque<Object> rest) {
        key('{', word);
        json.append('[');
        rest.push("]}");
        for (int i = parts.size() - 1; i >= 0; i--) {
            rest.push(parts.get(i));
            if (i > 0) {
                rest.push(",");
            }
        }
    }

    private void test(Condition condition, Deque<Object> rest) {
        switch (condition) {
            case Condition.FieldTest one -> {
                key('{', "field").text(one.field().key());
                if (one.field().form() == Form.DATE) {
                    operator(one.test());
                } else {
                    value(one.test());
                }
            }
            case Condition.EmbeddedTest one -> {
                key('{', "embedded").text(one.name());
                value(one.test());
            }
            case Condition.OptedOut optedOut -> {
                key('{', "optedOut").json.append(optedOut.out());
                optedOut.list().ifPresent(list -> key(',', "list").text(PublicId.LIST.of(list)));
            }
            case Condition.ListTest one -> {
                key('{', "list").text(PublicId.LIST.of(one.list()));
                member(one.is());
            }
            case Condition.SegmentTest one -> {
                key('{', "segment").text(PublicId.SEGMENT.of(one.segment()));
                member(one.is());
            }
            case Condition.TouchpointsTest one -> {
                key('{', "touchpoints");
                filter(one.of());
                key(',', "count").json.append('{');
                bare(one.count());
                json.append('}');
            }
            case Condition.TransactionsTest one -> {
                key('{', "transactions");
                json.append('{');
                // What follows the where, which may be deep.
                rest.push((Runnable) () -> {
                    one.of()
                            .withinLast()
                            .ifPresent(span -> key(one.of().where().isPresent() ? ',' : ' ', "withinLast")
                                    .text(span.toString()));
                    json.append('}');
                    aggregate(one.aggregate());
                    json.append('}');
                });
                one.of().where().ifPresent(where -> {
                    key(' ', "where");
                    rest.push(where);
                });
                return;
            }
            case Condition.Group group -> throw new IllegalStateException("Unexpected group " + word(group));
        }

        json.append('}');
    }

    private void member(Membership is) {
        key(',', is == Membership.MEMBER ? "is" : "isNot").text("member");
    }

    private void filter(TouchpointFilter of) {
        int start = json.length();
        texts("channel", of.channels());
        texts("kind", of.kinds());
        texts("survey", of.surveys());
        texts("intercept", of.intercepts());
        of.withinLast().ifPresent(span -> key(',', "withinLast").text(span.toString()));
        if (json.length() == start) {
            json.append('{');
        } else {
            json.setCharAt(start, '{');
        }

        json.append('}');
    }

    private void texts(String key, List<String> texts) {
        if (!texts.isEmpty()) {
            key(',', key);
            list(texts, this::text);
        }
    }

    private void aggregate(Aggregate aggregate) {
        switch (aggregate) {
            case Aggregate.Count one -> {
                key(',', "count").json.append('{');
                bare(one.test());
            }
            case Aggregate.Sum one -> {
                key(',', "sum").key('{', "field").text(one.field());
                operator(one.test());
            }
            case Aggregate.Latest one -> {
                key(',', "latest").key('{', "field").text(one.field());
                value(one.test());
            }
        }

        json.append('}');
    }

    /** The form where it is not text, and the operator. */
    private void value(ValueTest test) {
        if (test.form() != Form.TEXT) {
            key(',', "as").text(test.form().key());
        }

        operator(test);
    }

    private void bare(NumberTest test) {
        int start = json.length();
        operator(test);
        json.deleteCharAt(start);
    }

    private void operator(ValueTest test) {
        switch (test) {
            case TextTest text -> operator(text);
            case NumberTest number -> operator(number);
            case DateTest date -> operator(date);
        }
    }

    private void operator(TextTest test) {
        switch (test) {
            case TextTest.Is one -> key(',', "is").text(one.value());
            case TextTest.IsNot one -> key(',', "isNot").text(one.value());
            case TextTest.In one -> key(',', "in").list(one.values(), this::text);
            case TextTest.NotIn one -> key(',', "notIn").list(one.values(), this::text);
            case TextTest.Contains one -> key(',', "contains").text(one.text());
            case TextTest.StartsWith one -> key(',', "startsWith").text(one.text());
            case TextTest.EndsWith one -> key(',', "endsWith").text(one.text());
            case TextTest.Matches one -> key(',', "matches").text(one.pattern());
            case TextTest.Empty ignored -> key(',', "isEmpty").json.append(true);
            case TextTest.NotEmpty ignored -> key(',', "isNotEmpty").json.append(true);
        }
    }

    private void operator(NumberTest test) {
        switch (test) {
            case NumberTest.Is one -> key(',', "is").number(one.value());
            case NumberTest.IsNot one -> key(',', "isNot").number(one.value());
            case NumberTest.In one -> key(',', "in").list(one.values(), this::number);
            case NumberTest.NotIn one -> key(',', "notIn").list(one.values(), this::number);
            case NumberTest.Less one -> key(',', "lt").number(one.value());
            case NumberTest.AtMost one -> key(',', "lte").number(one.value());
            case NumberTest.Greater one -> key(',', "gt").number(one.value());
            case NumberTest.AtLeast one -> key(',', "gte").number(one.value());
            case NumberTest.Between one -> key(',', "between").list(List.of(one.low(), one.high()), this::number);
            case NumberTest.Empty ignored -> key(',', "isEmpty").json.append(true);
            case NumberTest.NotEmpty ignored -> key(',', "isNotEmpty").json.append(true);
        }
    }

    private void operator(DateTest test) {
        switch (test) {
            case DateTest.Is one -> key(',', "is").moment(one.value());
            case DateTest.IsNot one -> key(',', "isNot").moment(one.value());
            case DateTest.In one -> key(',', "in").list(one.values(), this::moment);
            case DateTest.NotIn one -> key(',', "notIn").list(one.values(), this::moment);
            case DateTest.Before one -> key(',', "before").moment(one.value());
            case DateTest.AtMost one -> key(',', "lte").moment(one.value());
            case DateTest.After one -> key(',', "after").moment(one.value());
            case DateTest.AtLeast one -> key(',', "gte").moment(one.value());
            case DateTest.Between one -> key(',', "between").list(List.of(one.from(), one.to()), this::moment);
            case DateTest.WithinLast one ->
                key(',', "withinLast").text(one.span().toString());
            case DateTest.WithinNext one ->
                key(',', "withinNext").text(one.span().toString());
            case DateTest.Empty ignored -> key(',', "isEmpty").json.append(true);
            case DateTest.NotEmpty ignored -> key(',', "isNotEmpty").json.append(true);
        }
    }

    private ConditionWriter key(char before, String key) {
        if (before != ' ') {
            json.append(before);
        }

        json.append('"').append(key).append("\":");
        return this;
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

    private void number(BigDecimal number) {
        json.append(DecimalText.write(number));
    }

    private void moment(Moment moment) {
        text(MomentText.write(moment));
    }

    private void text(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                json.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xF]);
            } else {
                if (c == '"' || c == '\\') {
                    json.append('\\');
                }

                json.append(c);
            }
        }

        json.append('"');
    }
}
