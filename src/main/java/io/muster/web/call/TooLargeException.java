package io.muster.web.call;

/** A body with more bytes than its call allows: 413. */
public final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TooLargeException(int most) {
        super("Cannot answer: the body is larger than %d KB.".formatted(most / 1_024), null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
