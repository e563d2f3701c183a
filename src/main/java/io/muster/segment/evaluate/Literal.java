package io.muster.segment.evaluate;

import io.muster.segment.condition.Form;
import io.muster.segment.condition.Operand;
import io.muster.segment.condition.ValueOperator;
import io.muster.segment.condition.ValueTest;
import java.util.List;

/** A test in one form for all that mean the same: a plain one, or its complement. */
record Literal(ValueTest test, Sign sign) {

    /** Whether the test or its complement is meant. */
    enum Sign {
        PLAIN,
        COMPLEMENT
    }

    static Literal of(ValueTest test, Comparison comparison) {
        return switch (test.operator()) {
            case IS_EMPTY -> new Literal(ValueTest.EMPTY, Sign.PLAIN);
            case IS_NOT_EMPTY -> new Literal(ValueTest.EMPTY, Sign.COMPLEMENT);
            case IS_NOT -> new Literal(plain(test.with(ValueOperator.IS), comparison), Sign.COMPLEMENT);
            case NOT_IN -> new Literal(plain(test.with(ValueOperator.IN), comparison), Sign.COMPLEMENT);
            default -> new Literal(plain(test, comparison), Sign.PLAIN);
        };
    }

    /** The same test of texts as they are compared; a list of texts in order, each once. */
    private static ValueTest plain(ValueTest test, Comparison comparison) {
        if (test.form() != Form.TEXT || test.operator() == ValueOperator.MATCHES) {
            return test;
        }

        List<Operand> texts = test.texts().stream()
                .map(text -> TextJudge.comparable(text, comparison))
                .distinct()
                .sorted()
                .<Operand>map(Operand.Text::new)
                .toList();
        boolean one = test.operator() == ValueOperator.IN && texts.size() == 1;
        return new ValueTest(Form.TEXT, one ? ValueOperator.IS : test.operator(), texts);
    }
}
