package io.muster.frequency;

import io.muster.directory.MailingList;
import io.muster.segment.Segment;

/** Whose eligibility is asked about. */
public sealed interface Population {

    /** All contacts of the directory. */
    record Everybody() implements Population {}

    /** The members of the segment's published version. */
    record OfSegment(Segment segment) implements Population {}

    /** The members of the list. */
    record OnList(MailingList list) implements Population {}

    /** One contact. */
    record One(long number) implements Population {}
}
