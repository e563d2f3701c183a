package io.muster.segment.condition;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The operators of tests as words, and what each is good for. */
enum Operator {
    IS("is", Operand.VALUE, Suits.ALL),
    IS_NOT("isNot", Operand.VALUE, Suits.ALL),
    IN("in", Operand.LIST, Suits.ALL),
    NOT_IN("notIn", Operand.LIST, Suits.ALL),
    CONTAINS("contains", Operand.VALUE, Suits.TEXTS),
    STARTS_WITH("startsWith", Operand.VALUE, Suits.TEXTS),
    ENDS_WITH("endsWith", Operand.VALUE, Suits.TEXTS),
    MATCHES("matches", Operand.PATTERN, Suits.TEXTS),
    IS_EMPTY("isEmpty", Operand.TRUTH, Suits.ALL),
    IS_NOT_EMPTY("isNotEmpty", Operand.TRUTH, Suits.ALL),
    LT("lt", Operand.VALUE, Suits.ORDERED),
    LTE("lte", Operand.VALUE, Suits.ORDERED),
    GT("gt", Operand.VALUE, Suits.ORDERED),
    GTE("gte", Operand.VALUE, Suits.ORDERED),
    BETWEEN("between", Operand.PAIR, Suits.ORDERED),
    BEFORE("before", Operand.VALUE, Suits.DATES),
    AFTER("after", Operand.VALUE, Suits.DATES),
    WITHIN_LAST("withinLast", Operand.SPAN, Suits.DATES),
    WITHIN_NEXT("withinNext", Operand.SPAN, Suits.DATES);

    /** What stands behind an operator. */
    enum Operand {
        VALUE,
        LIST,
        PAIR,
        PATTERN,
        SPAN,
        TRUTH
    }

    /** Which forms of values an operator suits. */
    private enum Suits {
        ALL,
        ORDERED,
        TEXTS,
        DATES
    }

    /** Operators of values that are never missing: counts and sums. */
    static final Set<Operator> OF_AGGREGATE = EnumSet.of(IS, IS_NOT, IN, NOT_IN, LT, LTE, GT, GTE, BETWEEN);

    private final String key;
    private final Operand operand;
    private final Suits suits;

    Operator(String key, Operand operand, Suits suits) {
        this.key = key;
        this.operand = operand;
        this.suits = suits;
    }

    String key() {
        return key;
    }

    Operand operand() {
        return operand;
    }

    boolean suits(Form form) {
        return switch (suits) {
            case ALL -> true;
            case ORDERED -> form != Form.TEXT;
            case TEXTS -> form == Form.TEXT;
            case DATES -> form == Form.DATE;
        };
    }

    static Optional<Operator> byKey(String key) {
        return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
    }

    static Set<Operator> of(Form form) {
        return Arrays.stream(values())
                .filter(one -> one.suits(form))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Operator.class)));
    }

    static String words(Set<Operator> operators) {
        return operators.stream().map(Operator::key).collect(Collectors.joining(", "));
    }
}
