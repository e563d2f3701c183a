package io.muster.support.document.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of a document means: one text for the schema and for the test that compares the docs. The key is the name of
 * the record's component in kebab-case. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface About {

    /** One sentence or two, without markup. */
    String value();

    /** The value, as written, of an absent key; empty when there is none. */
    String byDefault() default "";
}
