package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.MailingList;
import java.util.List;

/** What contacts are searched by: tests of a contact as it is, alone or several. */
public sealed interface SearchFilter {

    /** A field with this value, compared without case, the reference exactly; a phone number as it is stored. */
    record FieldIs(ContactField field, String value) implements SearchFilter {}

    /** A field without a value. */
    record FieldIsEmpty(ContactField field) implements SearchFilter {}

    /** Embedded data of this name with this value, both compared without case. */
    record EmbeddedIs(String name, String value) implements SearchFilter {}

    /** One of the times that every contact has, from one moment to before another, in epoch milliseconds. */
    record TimeWithin(Time time, long from, long before) implements SearchFilter {}

    /** On a list. */
    record OnList(MailingList list) implements SearchFilter {}

    /** Whatever another filter does not find. */
    record Not(SearchFilter filter) implements SearchFilter {}

    /** Whatever all of some filters find. */
    record All(List<SearchFilter> filters) implements SearchFilter {

        /** Copies what it is given. */
        public All {
            filters = List.copyOf(filters);
        }
    }

    /** Whatever one of some filters finds. */
    record Any(List<SearchFilter> filters) implements SearchFilter {

        /** Copies what it is given. */
        public Any {
            filters = List.copyOf(filters);
        }
    }

    /** The times of a contact. */
    enum Time {
        CREATED,
        MODIFIED
    }
}
