package io.muster.dedup;

import io.muster.support.Ids;

/** What came of an edit of one contact. */
public sealed interface EditResult {

    /** The record matched nobody and is a contact now. */
    record Created(long number) implements EditResult {}

    /** Something about the contact changed. */
    record Updated(long number) implements EditResult {}

    /** The contact is as it was, its modification time too. */
    record Unchanged(long number) implements EditResult {}

    /** The contact and everything that hung on it is gone. */
    record Deleted(long number) implements EditResult {}

    /** Nothing was created because the record is this contact already. */
    record Matched(long number) implements EditResult {}

    /** There is no such contact. */
    record Absent() implements EditResult {}

    /** Nothing was changed because the reference would stand on a second contact. */
    record ReferenceTaken(int directory, long holder) implements EditResult {

        /** The reason code as counted and shown. */
        public static final String CODE = "REFERENCE_TAKEN";

        /** The sentence for a person. */
        public String reason(Ids ids) {
            return "Cannot save the contact: its external reference belongs to "
                    + ids.contact(directory, holder)
                    + ". Use another reference, or change that contact.";
        }
    }
}
