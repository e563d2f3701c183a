package io.muster.intercept.decide;

/** What a snapshot knows of one contact; filled by each look-up, so that none makes an object. */
public final class ContactRecord {

    private long[] audiences;
    private long[] times;

    /** A record without memberships and times. */
    public ContactRecord() {
        this.audiences = new long[1];
        this.times = new long[1];
    }

    /** Makes room for the records of a table, and forgets what was there. */
    public void clear(int audienceWords, int timeSlots) {
        if (audiences.length < audienceWords) {
            audiences = new long[audienceWords];
        }

        if (times.length < timeSlots) {
            times = new long[timeSlots];
        }

        for (int i = 0; i < audiences.length; i++) {
            audiences[i] = 0;
        }
    }

    /** Sets 64 bits of memberships, the lowest for the first audience. */
    public void audiences(int word, long bits) {
        audiences[word] = bits;
    }

    /** Sets a next eligible time. */
    public void time(int slot, long nextEligible) {
        times[slot] = nextEligible;
    }

    /** Whether the contact is a member of an audience, by its place in the table. */
    boolean isMember(int audience) {
        return (audiences[audience >>> 6] >>> audience & 1) != 0;
    }

    long nextEligible(int slot) {
        return times[slot];
    }
}
