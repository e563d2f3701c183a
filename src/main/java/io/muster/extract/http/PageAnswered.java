package io.muster.extract.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer with a status that brings no page. */
final class PageAnswered extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient @Nullable Duration retryAfter;

    PageAnswered(int status, @Nullable Duration retryAfter) {
        super("status " + status);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
