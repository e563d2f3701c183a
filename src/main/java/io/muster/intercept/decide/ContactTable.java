package io.muster.intercept.decide;

import java.util.List;

/** The contacts of a directory, as decisions look them up. */
public interface ContactTable {

    /** The public ids of the segments whose members it knows, in the order of their bits. */
    List<String> audiences();

    /**
     * What each next eligible time is for: the surveys with frequency rules of their own, folded, after an empty text for
     * all others. Empty when no rule limits anything.
     */
    List<String> surveys();

    /**
     * Looks a reference up.
     *
     * @param into receives what is known of the contact
     * @return whether the directory knows the reference
     */
    boolean find(Reference reference, ContactRecord into);
}
