package io.muster.automation.jobfile;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of a job file means: one text for the schema, for messages and for the test that compares the docs. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface About {

    /** One sentence or two, without markup. */
    String value();

    /** The value as written that holds where the key is absent; empty when there is none. */
    String byDefault() default "";
}
