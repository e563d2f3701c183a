package io.muster.support.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A part of a document and the place where it begins. Scalars stay text: the key decides what they mean. */
public sealed interface Node {

    /** Where the node begins. */
    Place place();

    /** The kind of node in messages. */
    String described();

    /**
     * A single value.
     *
     * @param text the value as written, without quotes; {@code null}, {@code ~} or nothing for a null
     */
    record Scalar(Place place, String text, Kind kind) implements Node {

        /** Whether there is a value. */
        public enum Kind {
            /** A text, number or word. */
            VALUE,
            /** The document says null here, or nothing. */
            NULL
        }

        /** Whether the document says null here, or nothing. */
        public boolean isNull() {
            return kind == Kind.NULL;
        }

        @Override
        public String described() {
            return isNull() ? "nothing" : "a single value";
        }
    }

    /** A list. */
    record Items(Place place, List<Node> items) implements Node {

        /** Copies the items. */
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /** Keys with values, in the order of the text. */
    record Keys(Place place, SequencedMap<String, Entry> entries) implements Node {

        /** Copies the entries. */
        public Keys {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String described() {
            return "a group of keys";
        }
    }

    /** The place of one key, and its value. */
    record Entry(Place keyPlace, Node value) {}
}
