package io.muster.web.call;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The most bytes of the body of a call, where that is not the usual. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface BodyLimit {

    /** What calls have without this annotation. */
    int USUAL = 64 * 1_024;

    /** What lists of events have. */
    int EVENTS = 1_024 * 1_024;

    /** The most bytes. */
    int value();
}
