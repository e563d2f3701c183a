package io.muster.segment.evaluate;

import io.muster.segment.condition.DateTest;
import io.muster.segment.condition.NumberTest;
import io.muster.segment.condition.TextTest;
import io.muster.segment.condition.ValueTest;
import java.util.List;

/** A test in one form for all that mean the same: a plain one, or its complement. */
record Literal(ValueTest test, Sign sign) {

    /** Whether the test or its complement is meant. */
    enum Sign {
        PLAIN,
        COMPLEMENT
    }

    private static final TextTest EMPTY = new TextTest.Empty();

    static Literal of(ValueTest test, Comparison comparison) {
        return switch (test) {
            case TextTest text -> of(text, comparison);
            case NumberTest.IsNot one -> complement(new NumberTest.Is(one.value()));
            case NumberTest.NotIn one -> complement(new NumberTest.In(one.values()));
            case NumberTest.Empty ignored -> plain(EMPTY);
            case NumberTest.NotEmpty ignored -> complement(EMPTY);
            case NumberTest number -> plain(number);
            case DateTest.IsNot one -> complement(new DateTest.Is(one.value()));
            case DateTest.NotIn one -> complement(new DateTest.In(one.values()));
            case DateTest.Empty ignored -> plain(EMPTY);
            case DateTest.NotEmpty ignored -> complement(EMPTY);
            case DateTest date -> plain(date);
        };
    }

    private static Literal of(TextTest test, Comparison comparison) {
        return switch (test) {
            case TextTest.Is one -> plain(new TextTest.Is(comparable(one.value(), comparison)));
            case TextTest.IsNot one -> complement(new TextTest.Is(comparable(one.value(), comparison)));
            case TextTest.In one -> plain(in(one.values(), comparison));
            case TextTest.NotIn one -> complement(in(one.values(), comparison));
            case TextTest.Contains one -> plain(new TextTest.Contains(comparable(one.text(), comparison)));
            case TextTest.StartsWith one -> plain(new TextTest.StartsWith(comparable(one.text(), comparison)));
            case TextTest.EndsWith one -> plain(new TextTest.EndsWith(comparable(one.text(), comparison)));
            case TextTest.Matches one -> plain(one);
            case TextTest.Empty ignored -> plain(EMPTY);
            case TextTest.NotEmpty ignored -> complement(EMPTY);
        };
    }

    private static TextTest in(List<String> values, Comparison comparison) {
        List<String> distinct = values.stream()
                .map(value -> comparable(value, comparison))
                .distinct()
                .sorted()
                .toList();
        return distinct.size() == 1 ? new TextTest.Is(distinct.getFirst()) : new TextTest.In(distinct);
    }

    private static String comparable(String text, Comparison comparison) {
        return TextJudge.comparable(text, comparison);
    }

    private static Literal plain(ValueTest test) {
        return new Literal(test, Sign.PLAIN);
    }

    private static Literal complement(ValueTest test) {
        return new Literal(test, Sign.COMPLEMENT);
    }
}
