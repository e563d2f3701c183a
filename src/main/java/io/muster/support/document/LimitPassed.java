package io.muster.support.document;

/** Ends the reading of a document that asks for more than its kind allows. */
final class LimitPassed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Place place;
    private final String reason;

    LimitPassed(Place place, String reason) {
        super(null, null, false, false);
        this.place = place;
        this.reason = reason;
    }

    Place place() {
        return place;
    }

    String reason() {
        return reason;
    }
}
