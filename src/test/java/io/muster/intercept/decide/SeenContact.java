package io.muster.intercept.decide;

/** What a table answers, as text. */
public final class SeenContact {

    private SeenContact() {}

    /** The first memberships and the first time of a reference, or {@code unknown}. */
    public static String of(ContactTable table, String text) {
        Reference reference = new Reference();
        ContactRecord contact = new ContactRecord();
        reference.of(text);
        return table.find(reference, contact)
                ? "audiences %d time %d".formatted(word(contact, 0), contact.nextEligible(0))
                : "unknown";
    }

    /** 64 memberships. */
    public static long word(ContactRecord contact, int word) {
        long bits = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            bits |= contact.isMember(word * Long.SIZE + i) ? 1L << i : 0;
        }

        return bits;
    }

    /** A next eligible time. */
    public static long time(ContactRecord contact, int slot) {
        return contact.nextEligible(slot);
    }
}
