package io.muster.frequency.rules;

/**
 * What a frequency rule says about its maximum or its gap. Saying nothing, saying that there is no limit, and setting
 * one (a maximum of 0 included) are three things.
 *
 * @param <T> what a limit of this kind is made of
 */
public sealed interface Limit<T> {

    /**
     * Nothing is said: no limit in a rule without a survey, inherited in a rule of a survey.
     *
     * @param <T> what a limit of this kind is made of
     */
    record Blank<T>() implements Limit<T> {}

    /**
     * There is no limit, and none is inherited.
     *
     * @param <T> what a limit of this kind is made of
     */
    record None<T>() implements Limit<T> {}

    /**
     * A limit of its own.
     *
     * @param value the limit
     * @param <T> what a limit of this kind is made of
     */
    record Of<T>(T value) implements Limit<T> {}
}
