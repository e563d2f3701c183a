package io.muster.dedup.resolve;

/**
 * The digests of contacts, with their opt-outs: all that is needed to see that a row changes nothing. Not safe for use by
 * several threads while they are entered.
 */
interface Digests {

    /** The contact is there. */
    int THERE = 1;

    /** It opted out of the directory. */
    int UNSUBSCRIBED = 2;

    /** It is a member of the list. */
    int MEMBER = 4;

    /** It opted out of the list. */
    int OPTED_OUT = 8;

    /** Enters a contact. */
    void put(long number, long high, long low, int flags);

    /** Enters something more of a contact. */
    void flag(long number, int flags);

    /** What is so of a contact; 0 when it is not there. */
    int flags(long number);

    /** Whether a contact that is there has that digest. */
    boolean has(long number, long high, long low);
}
