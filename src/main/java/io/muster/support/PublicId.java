package io.muster.support;

/** The kinds of public ids, and how a contact's directory and number make one numeric id. {@link Ids} makes the text. */
public enum PublicId {
    /** A directory. */
    DIRECTORY("POOL_"),
    /** A mailing list. */
    LIST("CG_"),
    /** A contact; its number holds directory and contact number, see {@link #contact(int, long)}. */
    CONTACT("CID_"),
    /** A segment. */
    SEGMENT("SG_"),
    /** A project. */
    PROJECT("ZN_"),
    /** An intercept. */
    INTERCEPT("SI_"),
    /** An automation. */
    AUTOMATION("AU_"),
    /** A file that was sent for an automation. */
    DROPPED_FILE("AFL_"),
    /** An event that an automation receives. */
    EVENT("EV_"),
    /** A run. */
    RUN("RN_"),
    /** A merge. */
    MERGE("MG_"),
    /** A rule of contact frequency. */
    FREQUENCY_RULE("FR_"),
    /** A transaction; its number holds directory and transaction number as that of a contact does. */
    TRANSACTION("CTR_"),
    /** A membership; its number holds list and contact number as that of a contact holds directory and number. */
    LOOKUP("CGC_"),
    /** Who acts over HTTP: a token. */
    USER("UR_"),
    /** A batch of transactions; its number holds directory and batch number as that of a contact does. */
    TRANSACTION_BATCH("BT_"),
    /** Contacts that a caller has sent to be imported. */
    SENT_IMPORT("PGRS_"),
    /** An import that a person prepares. */
    IMPORT_DRAFT("UP_");

    /** Bits of a contact id that hold the contact's number within its directory. */
    private static final int CONTACT_NUMBER_BITS = 40;

    private static final long CONTACT_NUMBER_MASK = (1L << CONTACT_NUMBER_BITS) - 1;
    private final String prefix;

    PublicId(String prefix) {
        this.prefix = prefix;
    }

    /** The prefix with its underscore, for example {@code CID_}. */
    public String prefix() {
        return prefix;
    }

    /** The numeric id of a contact: its directory (below 2^23) and its number in that directory (below 2^40). */
    public static long contact(int directory, long number) {
        if (directory < 0 || directory >= 1 << 23 || number < 0 || number > CONTACT_NUMBER_MASK) {
            throw new IllegalArgumentException("Invalid contact: directory " + directory + ", number " + number);
        }

        return (long) directory << CONTACT_NUMBER_BITS | number;
    }

    /** The directory within a contact's numeric id. */
    public static int directoryOf(long contact) {
        return (int) (contact >>> CONTACT_NUMBER_BITS);
    }

    /** The number within a contact's numeric id. */
    public static long numberOf(long contact) {
        return contact & CONTACT_NUMBER_MASK;
    }
}
