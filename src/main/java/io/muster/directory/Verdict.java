package io.muster.directory;

/** What is thought of one incoming value: nothing there, good, or wrong with the reason. */
public sealed interface Verdict {

    /** The verdict on nothing but white space. */
    Verdict BLANK = new Blank();

    /** No value: empty, or only white space. */
    record Blank() implements Verdict {}

    /**
     * A value that may be stored.
     *
     * @param value the value as it is stored: outer white space removed, a phone number in E.164 where it can be read
     */
    record Valid(String value) implements Verdict {}

    /**
     * A value that may not be stored.
     *
     * @param code what is wrong, for programs, for example {@code EMAIL_INVALID}
     * @param reason what is wrong, for people: one sentence that never contains the value
     */
    record Invalid(String code, String reason) implements Verdict {}
}
