package io.muster.extract.http;

/** An answer that is not what was asked for, or not all of it; the next try may bring it. */
final class PageBroken extends Exception {

    private static final long serialVersionUID = 1L;

    PageBroken(String reason) {
        super(reason);
    }
}
