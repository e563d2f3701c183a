package io.muster.runs;

/** A file that an automation is to import was taken by another process meanwhile. */
public final class DeliveryTaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeliveryTaken(String path) {
        super("The delivery " + path + " is taken");
    }
}
