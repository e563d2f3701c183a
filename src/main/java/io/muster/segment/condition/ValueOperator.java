package io.muster.segment.condition;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The operators of tests: how they are written, what follows them, and which forms of values they suit. */
public enum ValueOperator {
    /** Equals the operand; a date lies within its span. */
    IS("is", Follows.VALUE, Suits.ALL),
    /** The complement of {@link #IS}. */
    IS_NOT("isNot", Follows.VALUE, Suits.ALL),
    /** Equals one of the operands, or lies within the span of one. */
    IN("in", Follows.LIST, Suits.ALL),
    /** The complement of {@link #IN}. */
    NOT_IN("notIn", Follows.LIST, Suits.ALL),
    /** Has the text within. */
    CONTAINS("contains", Follows.PART, Suits.TEXTS),
    /** Begins with the text. */
    STARTS_WITH("startsWith", Follows.PART, Suits.TEXTS),
    /** Ends with the text. */
    ENDS_WITH("endsWith", Follows.PART, Suits.TEXTS),
    /** Is matched as a whole by the regular expression (RE2 syntax), which has been checked. */
    MATCHES("matches", Follows.PATTERN, Suits.TEXTS),
    /** Is missing or blank; a value that cannot be read is not. */
    IS_EMPTY("isEmpty", Follows.TRUTH, Suits.ALL),
    /** The complement of {@link #IS_EMPTY}. */
    IS_NOT_EMPTY("isNotEmpty", Follows.TRUTH, Suits.ALL),
    /** Is less than. */
    LT("lt", Follows.VALUE, Suits.ORDERED),
    /** Is at most; a date ends when the operand ends, or earlier. */
    LTE("lte", Follows.VALUE, Suits.ORDERED),
    /** Is greater than. */
    GT("gt", Follows.VALUE, Suits.ORDERED),
    /** Is at least; a date begins when the operand begins, or later. */
    GTE("gte", Follows.VALUE, Suits.ORDERED),
    /** Is between the two, both included. */
    BETWEEN("between", Follows.PAIR, Suits.ORDERED),
    /** Is over when the operand begins. */
    BEFORE("before", Follows.VALUE, Suits.DATES),
    /** Begins when the operand is over, or later. */
    AFTER("after", Follows.VALUE, Suits.DATES),
    /** Has a part between that long before the pass and the pass, both included. */
    WITHIN_LAST("withinLast", Follows.SPAN, Suits.DATES),
    /** Has a part between the pass and that long after it, both included. */
    WITHIN_NEXT("withinNext", Follows.SPAN, Suits.DATES);

    /** What follows an operator. */
    public enum Follows {
        /** A value to compare with. */
        VALUE,
        /** A part of a text. */
        PART,
        /** Several values. */
        LIST,
        /** A lower and an upper bound. */
        PAIR,
        /** A regular expression. */
        PATTERN,
        /** A length of time. */
        SPAN,
        /** True or false. */
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
    static final Set<ValueOperator> OF_AGGREGATE =
            Collections.unmodifiableSet(EnumSet.of(IS, IS_NOT, IN, NOT_IN, LT, LTE, GT, GTE, BETWEEN));

    private final String key;
    private final Follows follows;
    private final Suits suits;

    ValueOperator(String key, Follows follows, Suits suits) {
        this.key = key;
        this.follows = follows;
        this.suits = suits;
    }

    /** How conditions write it, for example {@code isNot}. */
    public String key() {
        return key;
    }

    /** What is written after it. */
    public Follows follows() {
        return follows;
    }

    boolean suits(Form form) {
        return switch (suits) {
            case ALL -> true;
            case ORDERED -> form != Form.TEXT;
            case TEXTS -> form == Form.TEXT;
            case DATES -> form == Form.DATE;
        };
    }

    /** The one operator that stands for all that mean the same of values of that form. */
    ValueOperator canonical(Form form) {
        return form == Form.DATE && this == LT ? BEFORE : form == Form.DATE && this == GT ? AFTER : this;
    }

    static Optional<ValueOperator> byKey(String key) {
        return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
    }

    /** Those that suit counts and sums. */
    public static Set<ValueOperator> ofAggregate() {
        return OF_AGGREGATE;
    }

    /** Those that suit values of a form, in order. */
    public static Set<ValueOperator> of(Form form) {
        return Arrays.stream(values())
                .filter(one -> one.suits(form))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ValueOperator.class)));
    }

    static String words(Set<ValueOperator> operators) {
        return operators.stream().map(ValueOperator::key).collect(Collectors.joining(", "));
    }
}
