package io.muster.web.v3;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How many elements a page of {@link PageAsk} has when the caller does not say, where that is not 100. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@interface PageSize {

    /** The usual number. */
    int USUAL = 100;

    /** The most that a page has; whoever asks for more is given that many. */
    int MOST = 1_000;

    /** How many. */
    int value();
}
