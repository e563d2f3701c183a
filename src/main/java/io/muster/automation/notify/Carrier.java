package io.muster.automation.notify;

/** Carries letters of one channel. */
interface Carrier {

    /**
     * Carries a letter.
     *
     * @throws NotDelivered when it did not arrive, or nobody knows whether it did
     */
    void carry(Letter letter) throws NotDelivered;

    /** A letter that did not arrive; the message says why, without secrets. */
    final class NotDelivered extends Exception {

        private static final long serialVersionUID = 1L;

        NotDelivered(String reason) {
            super(reason);
        }

        NotDelivered(String reason, Throwable cause) {
            super(reason, cause);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
