package io.muster.segment.condition;

import java.util.List;
import java.util.SequencedMap;

/** A part of a YAML or JSON text with the place where it stands. Scalars stay text: what they mean, the key decides. */
sealed interface Node {

    /** Where the node begins. */
    Place place();

    /** The kind of node as people call it. */
    String described();

    /** Line and column, both from 1. */
    record Place(int line, int column) {

        static final Place START = new Place(1, 1);
    }

    /** A single value; its text is empty when it is null. */
    record Scalar(Place place, String text, Kind kind) implements Node {

        /** What the text says that it is. */
        enum Kind {
            VALUE,
            NULL
        }

        @Override
        public String described() {
            return kind == Kind.NULL ? "nothing" : "a single value";
        }
    }

    /** A list. */
    record Items(Place place, List<Node> items) implements Node {

        @Override
        public String described() {
            return "a list";
        }
    }

    /** Keys with values, in the order of the text. */
    record Keys(Place place, SequencedMap<String, Entry> entries) implements Node {

        @Override
        public String described() {
            return "a group of keys";
        }
    }

    /** One key and its value. */
    record Entry(Place keyPlace, Node value) {}
}
