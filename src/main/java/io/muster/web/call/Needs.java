package io.muster.web.call;

import io.muster.access.Scope;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The scope that the token of a {@link Caller} must have; without it the call is refused with 403. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    /** The scope. */
    Scope value();
}
