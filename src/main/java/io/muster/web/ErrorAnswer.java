package io.muster.web;

import org.jspecify.annotations.Nullable;

/** The form of every error. */
record ErrorAnswer(Problem error) {

    /**
     * What is wrong.
     *
     * @param code stable, in UPPER_SNAKE
     * @param message a sentence for a person
     * @param field the part of the call that it is about; null for the whole
     */
    record Problem(String code, String message, @Nullable String field) {}

    static ErrorAnswer of(String code, String message, @Nullable String field) {
        return new ErrorAnswer(new Problem(code, message, field));
    }
}
