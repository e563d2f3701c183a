package io.muster.segment.condition;

/** What is made of a contact's transactions, and the test of it. */
public sealed interface Aggregate {

    /**
     * How many there are; 0 when none.
     *
     * @param test a test of a number
     */
    record Count(ValueTest test) implements Aggregate {}

    /**
     * The sum of a field's readable numbers; 0 when there is none.
     *
     * @param field its name, compared without case
     * @param test a test of a number
     */
    record Sum(String field, ValueTest test) implements Aggregate {}

    /**
     * The field's value in the latest transaction that has one; missing when none has.
     *
     * @param field its name, compared without case
     */
    record Latest(String field, ValueTest test) implements Aggregate {}
}
