package io.muster.web.call;

import java.time.Duration;

/** More than a caller may send now: 429. */
public final class TooManyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration wait;

    public TooManyException(Duration wait) {
        super("Cannot take more from this address now: it has sent too many. Come again later.", null, false, false);
        this.wait = wait;
    }

    /** After which it may come again, in whole seconds. */
    public long seconds() {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
